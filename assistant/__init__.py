"""A question and its history become an Answer. The facade is :class:`assistant.answer.Assistant`."""
