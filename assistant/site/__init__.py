"""The pages of the web application beside the chat: for each a file of what it is asked to do (``…``) and one
of its HTML (``…_pages``). ``house`` is what they all work with, ``requests`` how each is asked."""
