"""Nếp's entry point: ``python app.py ingest | ask | articles | … | serve``."""

from __future__ import annotations

import os
import sys
import warnings

#: No word of an article or a question leaves the machine. The libraries below read these when they are
#: imported, so they are set before anything else is, whatever the environment said.
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_SHARE": "False",
    "ANONYMIZED_TELEMETRY": "False",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
}
os.environ.update(OFFLINE)
# torch's idle threads sleep rather than spin: on two cores they would hold up the one that works.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
# numpy's products here are small: a second thread costs more than it brings.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Asked by Gradio at its first call, Matplotlib would look for half a second which windows there are: none.
os.environ.setdefault("MPLBACKEND", "agg")

if __name__ == "__main__":
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # what a library tells its programmers is not for the user
    from assistant.cli import main

    sys.exit(main(sys.argv[1:], os.environ, OFFLINE))
