"""Template picker: choose an approved WhatsApp template, fill it in, see it as it will look, and send it directly."""

from desktop.ui.template_picker.picker import TemplatePicker

__all__ = ["TemplatePicker"]
