"""The list of messages: model, view, delegate, text selection and scrolling."""
