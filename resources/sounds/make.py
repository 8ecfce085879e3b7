"""Makes notification.wav: two soft tones, the second a fourth above the first.

python resources/sounds/make.py
"""

import math
import wave
from array import array
from pathlib import Path

RATE = 22_050
TONES = ((0.00, 659.26), (0.11, 880.00))
LENGTH_S, DECAY_S, ATTACK_S, LOUDNESS = 0.55, 0.12, 0.006, 0.28


def sample(at_s: float) -> float:
    total = 0.0
    for begins_s, pitch in TONES:
        since = at_s - begins_s
        if since >= 0:
            envelope = min(since / ATTACK_S, 1.0) * math.exp(-since / DECAY_S)
            total += envelope * (math.sin(math.tau * pitch * since) + 0.2 * math.sin(2 * math.tau * pitch * since))
    return total * LOUDNESS


with wave.open(str(Path(__file__).with_name("notification.wav")), "wb") as file:
    file.setnchannels(1)
    file.setsampwidth(2)
    file.setframerate(RATE)
    samples = array("h", (round(32_767 * sample(n / RATE)) for n in range(round(LENGTH_S * RATE))))
    file.writeframes(samples.tobytes())
