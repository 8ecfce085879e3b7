"""The most memory that this process has ever had in use, on each system."""

from __future__ import annotations

import ctypes
import sys

if sys.platform == "win32":
    from ctypes import wintypes

    class _Counters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS of psapi.h."""

        _fields_ = [
            ("cb", wintypes.DWORD),
            ("PageFaultCount", wintypes.DWORD),
            ("PeakWorkingSetSize", ctypes.c_size_t),
            ("rest", ctypes.c_size_t * 7),
        ]

    def peak_memory_kb() -> int:
        found = _Counters(cb=ctypes.sizeof(_Counters))
        current = ctypes.windll.kernel32.GetCurrentProcess
        current.restype = wintypes.HANDLE
        ask = ctypes.windll.kernel32.K32GetProcessMemoryInfo
        ask.argtypes = [wintypes.HANDLE, ctypes.c_void_p, wintypes.DWORD]
        if not ask(current(), ctypes.byref(found), found.cb):
            raise ctypes.WinError()
        return int(found.PeakWorkingSetSize) // 1024

else:
    import resource

    def peak_memory_kb() -> int:
        # macOS counts bytes.
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak // 1024 if sys.platform == "darwin" else peak
