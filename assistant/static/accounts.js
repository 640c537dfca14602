// What the browser does for passwords: they are emptied once they are kept, and are ready to be typed anew where
// they were wrong.
"use strict";
addEventListener("told", (event) => {
  const form = event.target;
  if (!form.matches("form")) return;
  const secrets = [...form.querySelectorAll("input[type=password]")];
  if (event.detail.error && form.matches(".entrance")) secrets.at(-1)?.select();
  if (event.detail.say) for (const secret of secrets) secret.value = "";
});
