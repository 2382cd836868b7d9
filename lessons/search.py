"""What lessons are found by: the same rule in the chat, which keeps them in memory, and where they are listed, in SQL."""

MOST_WORDS = 5
# Where a word may stand. `version` is the published one: the lesson's own row may be in the middle of an edit.
SEARCHED = ("version.title", "version.summary", "series.title", "series.title_en", "topic.title", "topic.title_en")
SEARCHED_SQL = f"concat_ws(E'\\n', {', '.join(SEARCHED)})"


def words_wanted(text: str) -> list[str]:
    """The words of a search, each of which a lesson must hold somewhere."""
    return text.casefold().split()[:MOST_WORDS]


def searched_text(**rows: object) -> str:
    """The same of one lesson, from its version, series and topic (None if it has none)."""
    places = (place.split(".") for place in SEARCHED)
    return "\n".join(getattr(rows[row], column, "") for row, column in places).casefold()
