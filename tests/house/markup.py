"""Reads a page for what the Content-Security-Policy would block, and for what a form must carry."""

from html.parser import HTMLParser

EXECUTABLE = ("javascript:", "data:", "vbscript:")


class Blocked(HTMLParser):
    """Collects in `found` inline script, style and handlers, foreign sources, POST forms without token."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open_post: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        shown = self.get_starttag_text() or tag
        if tag == "style" or (
            tag == "script" and "src" not in given and given.get("type") != "application/json"
        ):
            self.found.append(shown)
        for name, value in given.items():
            if name == "style" or name.startswith(("on", "hx-on")) or value.startswith("js:"):
                self.found.append(shown)
            if name in ("src", "href", "action", "xlink:href") and value.strip().lower().startswith(
                EXECUTABLE
            ):
                self.found.append(shown)
            if name in ("src", "hx-get", "hx-post", "action") and "//" in value:
                self.found.append(f"leaves the house: {shown}")
        if tag == "form" and given.get("method", "").lower() == "post":
            self.open_post = shown
        if tag == "input" and given.get("name") == "csrfmiddlewaretoken":
            self.open_post = None

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.open_post:
            self.found.append(f"no csrf_token: {self.open_post}")
            self.open_post = None


def blocked(page: str) -> list[str]:
    """What of this page a browser would block, or a server refuse."""
    reader = Blocked()
    reader.feed(page)
    return reader.found
