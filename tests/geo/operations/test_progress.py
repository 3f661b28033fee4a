"""Progress off a terminal is a few plain lines."""

import io

from geo.operations.progress import telling


def test_off_a_terminal_a_step_says_its_beginning_and_its_end():
    stream = io.StringIO()

    with telling(stream) as teller:
        for done in range(101):
            teller.report("Tiles", done, 100)
        teller.say("done")

    assert stream.getvalue().splitlines() == ["Tiles: 0 of 100", "Tiles: 100 of 100", "done"]


def test_on_a_terminal_there_are_bars_and_lines_that_stay():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    stream = Terminal()

    with telling(stream) as teller:
        teller.report("Tiles", 3, 7)
        teller.say("[not markup]")

    assert "Tiles" in stream.getvalue()
    assert "3/7" in stream.getvalue()
    assert "[not markup]" in stream.getvalue()
