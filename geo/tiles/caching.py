"""Hot blobs kept in the process: least recently used go first, and their bytes are bounded."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

# Each worker process may hold this much: England's neighbourhood tiles are 12 MB in all, so several tilesets fit whole.
BOUND_BYTES = 64 << 20
# One blob may not push out more than this part of the others.
LARGEST_SHARE = 8


class BlobCache:
    """Bytes by key, safe between threads. A key names bytes that never change; what changes gets another key."""

    def __init__(self, bound_bytes: int = BOUND_BYTES) -> None:
        self.bound_bytes = bound_bytes
        self.held_bytes = 0
        self._blobs: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, read: Callable[[], bytes]) -> bytes:
        """The bytes of the key: held ones, else those that `read` gives, which are then held. What `read` raises is not held."""
        with self._lock:
            held = self._blobs.get(key)
            if held is not None:
                self._blobs.move_to_end(key)
                return held
        content = read()
        self._hold(key, content)
        return content

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._blobs.clear()
            self.held_bytes = 0

    def _hold(self, key: Hashable, content: bytes) -> None:
        if len(content) * LARGEST_SHARE > self.bound_bytes:
            return
        with self._lock:
            if key in self._blobs:
                return
            self._blobs[key] = content
            self.held_bytes += len(content)
            while self.held_bytes > self.bound_bytes:
                self.held_bytes -= len(self._blobs.popitem(last=False)[1])


hot_blobs = BlobCache()
