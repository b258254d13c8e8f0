"""A page as a browser shows it: what runs over its edge, which image is missing, what it says."""

import html as escaping
import json
import re
import shutil
import subprocess

import pytest

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--enable-logging=stderr", "--virtual-time-budget=4000", "--dump-dom"),
)
FRAME = """<!doctype html><meta charset="utf-8"><iframe style="width: {width}px; height: 900px;
border: 0" srcdoc="{page}"></iframe><pre></pre><script>
onload = () => {{
  const page = document.querySelector("iframe").contentDocument, root = page.documentElement;
  const told = {{
    over: root.scrollWidth - root.clientWidth,
    missing: [...page.images].filter(image => !image.naturalWidth).map(image => image.alt),
    images: page.images.length,
    text: page.body.innerText.length,
  }};
  document.querySelector("pre").textContent = "told:" + JSON.stringify(told) + ":told";
}};
</script>"""


def look(page: str, width: int, folder) -> dict:
    """Show a page of one width: `over` (pixels), `missing` images, `images`, `text`, `errors`."""
    if not CHROMIUM:
        pytest.skip("no Chromium here")
    frame = folder / f"frame{width}.html"
    frame.write_text(FRAME.format(width=width, page=escaping.escape(page)), "utf-8")
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={folder / 'profile'}", frame.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    found = re.search(r"told:(\{.*?\}):told", done.stdout)
    assert found, done.stderr[-2000:]
    errors = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return json.loads(escaping.unescape(found[1])) | {"errors": errors}
