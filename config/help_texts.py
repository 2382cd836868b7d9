"""Help beside the fields of the two admins' forms, where neither model nor form gives any: field by field of each model."""

from django.utils.translation import gettext_lazy as _

from tenants.enrolment import by_enrolment

NAME_EN = _("Shown to people who read in English. Leave it empty if nobody does.")
HELP = {
    "announcements.announcement": {
        "title": _("What it is about, at most 40 characters. It stands in the chat."),
        "body": _("When, where, what to do: short sentences. People read it on a phone."),
    },
    "auth.user": {
        "first_name": _("As colleagues call them. It stands beside what they write and send."),
        "groups": _("What somebody may do and see here. Give no more than their work needs."),
    },
    "grievances.channel": {
        "acknowledge_days": by_enrolment(
            _("How soon the employee hears that somebody has read the case."),
            _("How soon the learner hears that somebody has read the case."),
        ),
        "answer_days": by_enrolment(
            _("How soon the employee has an answer. It counts from the day the case came in."),
            _("How soon the learner has an answer. It counts from the day the case came in."),
        ),
        "close_answered_days": by_enrolment(
            _("If the employee does not write again after the answer."),
            _("If the learner does not write again after the answer."),
        ),
        "keep_open_days": _("Counted from the last message. Then nothing of it is left."),
        "keep_quarantined_days": _("Cases that came in a flood. Long enough to look through them."),
        "most_per_hour": _("More than that are refused for an hour, so that nobody can bury you in cases."),
    },
    "grievances.replytemplate": {
        "title": by_enrolment(
            _("By which officers find it. Employees do not see it."),
            _("By which officers find it. Learners do not see it."),
        ),
        "text": _("Officers can change it before they send it. Write to one person, in short sentences."),
    },
    "lessons.lesson": {
        "title": _("At most 60 characters. Say what somebody gets out of it."),
        "summary": _("One or two sentences. They stand below the title in the list."),
        "topic": _("By which people find it."),
        "audiences": _("Whom it is written for. They find it first; others may read it too."),
        "format": _("How it is told. It decides what can be put into it."),
        "minutes": _("What a slow reader needs. Five or fewer are best."),
        "pass_mark_percent": _("So many answers must be right. Without questions it means nothing."),
        "source": _("Where the content comes from. Readers see it at the end."),
        "licence": _("What the source allows, for example CC BY-NC-SA."),
        "reviewer": _("Who has checked it."),
        "position": _("Small numbers come first within the series."),
        "is_pinned": by_enrolment(
            _("It stands first on every employee's page."), _("It stands first on every learner's page.")
        ),
        "is_hidden": by_enrolment(
            _("Employees do not see it any more. What they have learned stays."),
            _("Learners do not see it any more. What they have learned stays."),
        ),
    },
    "lessons.block": {
        "kind": _("Text or picture: each block is one step on the phone."),
        "body": _("Short paragraphs. On a phone a line holds about 18 characters."),
        "caption": _("Read aloud to people who cannot see the picture."),
    },
    "lessons.question": {
        "kind": _("One right answer, or several."),
        "prompt": _("One question, one thought."),
    },
    "lessons.series": {
        "title": by_enrolment(_("Employees see it above its lessons."), _("Learners see it above its lessons.")),
        "title_en": NAME_EN,
        "summary": _("One sentence on what the lessons are about."),
    },
    "lessons.topic": {"title": _("One word or two, such as “safety”."), "title_en": NAME_EN},
    "tenants.factory": {
        "name": _("As employees know it. It stands on every page of theirs."),
        "sector": _("For comparing factories of one kind, such as electronics."),
        "region": _("Province or city."),
        "language": _("What its pages speak until somebody chooses another language."),
        "time_zone": _("Days begin and messages rest by this clock."),
        "enrolment": _("A factory has a roster. An open account lets anybody join."),
        "follow_policy": _("Whether new series of the library appear by themselves."),
        "status": _("Suspended: nobody gets in, nothing is deleted."),
    },
    "tenants.factorygroup": {"name": _("The owner, as its factories call it.")},
    "wechat.account": {
        "name": _("As it is called in WeChat."),
        "appid": _("In WeChat's console under “Settings and development”. It begins with wx."),
        "app_secret": _(
            "Beside the AppID. WeChat shows it only at the moment it is made; a new one can be made there."
        ),
        "token": _("Choose 3 to 32 letters and digits, and enter the same in WeChat's console."),
        "encoding_aes_key": _("43 letters and digits. Let WeChat's console make it, and copy it to here."),
        "mode": _("Choose the safe mode. The other two are for tests."),
        "is_active": _("Switched off, it neither sends nor answers."),
    },
    "wechat.scene": {
        "title": _("Such as: canteen, second floor. It shows you where people come from."),
        "department": _("If it hangs in one department only."),
    },
    "workers.apitoken": {"days": _("Then it stops working and you make a new one. You are reminded two weeks before.")},
    "workers.audience": {
        "name": _("By which you choose it when you write a notice."),
        "note": _("So that a colleague knows what it is for."),
        "child_age_from": _("In whole years. Leave it empty if it does not matter."),
        "child_elsewhere": _("A child lives with relatives at home, far from here."),
        "educations": _("Nothing ticked: everybody."),
        "genders": _("Nothing ticked: everybody."),
    },
    "workers.department": {
        "parent": _("Where it belongs in the factory. It can be moved later."),
        "kind": _("Line leaders lead lines; a workshop holds lines."),
        "name": _("As it is written in your payroll system, so that an import finds it."),
        "leader": _("Sees what the people of this line learn, once they have an account with that role."),
    },
    "workers.shift": {
        "name": _("As people call it, such as “A shift”."),
        "kind": _("Always days, always nights, taking turns, or a pattern of your own."),
        "cycle_starts_on": _("The first day of the pattern. Any day on which it began will do."),
        "first_turn": _("What people work on that first day."),
        "every": _("After how many they change over."),
        "step": _("What is counted: days, weeks or months."),
        "day_starts_at": _("When people come for the day."),
        "day_ends_at": _("When people go home after a day."),
        "night_starts_at": _("When people come for the night."),
        "night_ends_at": _("When they go home, in the morning of the next day."),
    },
    "workers.worker": {
        "employee_number": _("As in your payroll system, zeros in front included. It cannot be another's."),
        "name": by_enrolment(
            _("As on the ID card: people bind with it."), _("What they want to be called: they chose it.")
        ),
        "department": _("The line or office somebody works in."),
        "position": _("Such as: operator, quality inspector."),
        "shift": _("When they work. You can write to everybody of a shift at once."),
        "hired_on": _("For example 2026-03-09."),
        "left_on": _(
            "The last day here. They then no longer see the factory's own content; what they learned is kept."
        ),
        "gender": _("Leave it empty if you do not need it."),
        "birth_date": _("Tells who is 16 or 17 and specially protected. Only few colleagues see it."),
        "education": _("Helps to choose lessons that are easy to read."),
        "home_region": _("Province or city somebody comes from."),
        "phone": _("Its last four digits may be asked for when somebody binds."),
    },
}
