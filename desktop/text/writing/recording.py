"""Voice notes that the agent records."""

from __future__ import annotations

from desktop.text.catalog import Text

# Translators: {keys}: such as "Ctrl+Shift+Space".
RECORD = Text("Record a voice note ({keys})")
# Translators: a group of buttons above the text field.
VOICE_NOTE = Text("Voice note")

# --- while recording ---

# Translators: {time} is how long it is so far, such as "0:12".
RECORDING = Text("Recording · {time}")
PAUSED = Text("Paused · {time}")
LEVEL = Text("Microphone level")
PAUSE = Text("Pause", "recording")
RESUME = Text("Resume", "recording")
STOP = Text("Stop", "recording")
DISCARD = Text("Discard", "voice note")
NOTHING_HEARD = Text("Nothing heard yet. Check that your microphone isn't muted.")

# --- before it is sent ---

# Translators: {times}: the place that is played and the length, such as "0:03 / 0:12"; {size}: such as "48 kB".
RECORDED = Text("{times} · {size}")
PLAY = Text("Play", "voice note")
PAUSE_PLAYING = Text("Pause", "playing a voice note")
POSITION = Text("Position in the voice note")
ATTACH = Text("Attach", "voice note to the reply")
SEND = Text("Send", "voice note")
FILE_NAME = Text("voice-note")

# --- messages ---

STARTED = Text("Recording")
STOPPED = Text("Recording stopped.")
DISCARDED = Text("Voice note discarded.")
UNDO = Text("Undo")
KEPT_WITH_DRAFT = Text("The voice note was attached to the draft you were writing.")
MICROPHONE_LOST = Text("The microphone was disconnected. What was recorded until then is kept.")
MOST_REACHED = Text("The voice note is as long as it can be, so recording stopped.")
FINISH_FIRST = Text("Stop the recording first, and listen to it.")
NOTHING_RECORDED = Text("Nothing was recorded.")

# --- why nothing can be recorded ---

NOT_INSTALLED = Text("Voice notes can't be recorded in this installation.")
NO_MICROPHONE = Text("No microphone found. Connect one and try again.")
DENIED = Text("Reachline may not use the microphone. Allow it in your system's settings, then try again.")
NOT_USABLE = Text("The microphone can't be used. It may be disconnected, or in use by another program.")
NOT_ON_THIS_ROUTE = Text("You can't send voice notes this way. Choose another way to send.")
