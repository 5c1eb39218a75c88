# What moderation/filters uses of google-re2, which ships no types.

class error(Exception): ...

class Options:
    case_sensitive: bool
    log_errors: bool
    never_capture: bool
    max_mem: int

class _Anchor:
    UNANCHORED: _Anchor

class _RE2:
    def Match(
        self, anchor: _Anchor, text: bytes, pos: int, endpos: int
    ) -> list[tuple[int, int]]: ...

class _Regexp:
    programsize: int
    _regexp: _RE2

class Set:
    @classmethod
    def SearchSet(cls, options: Options | None = None) -> Set: ...
    def Add(self, pattern: str) -> int: ...
    def Compile(self) -> None: ...
    def Match(self, text: str) -> list[int] | None: ...

def compile(pattern: str, options: Options | None = None) -> _Regexp: ...
def escape(pattern: str) -> str: ...
