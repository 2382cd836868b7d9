"""Chinese, with dates in forms as in help texts, files and API: 2026-03-09. Other ways are read as before."""

DATE_INPUT_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"]
DATETIME_INPUT_FORMATS = [
    f"{day} {time}" for time in ("%H:%M:%S", "%H:%M", "%H:%M:%S.%f") for day in ("%Y-%m-%d", "%Y/%m/%d")
]
