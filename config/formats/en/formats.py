"""English as in London and Hong Kong: the day before the month, hours to 24, the week from Monday."""

DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y, H:i"
MONTH_DAY_FORMAT = "j F"
SHORT_DATE_FORMAT = "d/m/Y"
SHORT_DATETIME_FORMAT = "d/m/Y H:i"
FIRST_DAY_OF_WEEK = 1
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d %b %Y", "%d %B %Y"]
DATETIME_INPUT_FORMATS = [
    f"{day} {time}" for time in ("%H:%M:%S", "%H:%M", "%H:%M:%S.%f") for day in ("%Y-%m-%d", "%d/%m/%Y")
]
