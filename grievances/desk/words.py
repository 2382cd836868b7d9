"""The desk's sentences, for its scripts: they write them in English, `words.js` shows the admin's language.

tests/grievances/test_desk_pages.py keeps this list and the scripts in step.
"""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

SENTENCES = (
    _("%(count)s cases can be opened with these keys only. They become unreadable for ever."),
    _("%(count)s cases could not be given a new key. It is tried again at the next unlocking."),
    _("%(count)s cases wait for a new key. First open “Officers” and compare the words of the keys."),
    _(
        "%(count)s cases were erased, %(stayed)s stayed: the ombudsman holds them or may get them, or another "
        "officer has let them in."
    ),
    _("%(count)s cases were erased."),
    _("%(count)s cases were given a new key, because fewer officers hold them than before."),
    _("%(count)s files"),
    _("%(count)s of at least %(least)s officers are active: workers cannot write yet."),
    _("%(day)s overdue"),
    _("%(day)s soon"),
    _("%(day)s: %(name)s has made a new key for this case (%(why)s)."),
    _("%(from)s to %(until)s"),
    _("%(label)s: %(done)s of %(count)s"),
    _("%(label)s: %(text)s"),
    _("%(name)s (ombudsman)"),
    _("%(name)s (you)"),
    _("%(name)s can now read these cases (%(count)s)."),
    _("%(name)s can read the %(count)s cases that you can read, with notes and files."),
    _("%(name)s receives all new cases from now on."),
    _("%(names)s lets you in again and hands the cases over, as for a new officer."),
    _(
        "%(names)s made a key of this case. Their words were not compared in this browser: until then nothing is "
        "sent from here."
    ),
    _("%(one)s, %(other)s"),
    _("%(rating)s of 5"),
    _("%(shown)s of %(count)s cases"),
    _("%(size)s KB"),
    _("(%(minutes)s min)"),
    _("(cannot be opened)"),
    _("28 letters and digits. Small letters and missing dashes do not matter."),
    _("A file is being opened …"),
    _("A file that belongs here cannot be opened."),
    _("A file that belongs here is missing."),
    _("A first message acknowledges it, too."),
    _(
        "A key of this case was made by somebody whose words were not compared in this browser yet. Nothing is "
        "sealed with it."
    ),
    _("A key of this case was put in by somebody who may not. Nothing is sealed with it. Tell CCR CSR."),
    _("A key of this case was put in by somebody who may not. What is sealed with it is not to be trusted."),
    _("A letter or digit of the code has slipped. Compare it with the paper."),
    _("A public key is damaged or made to be opened by others. Nothing is sealed to it. Tell CCR CSR."),
    _("A recovery code has 28 letters and digits. Some are missing or too many."),
    _("A worker who wrote without a name may be recognised by the way they write or by their voice."),
    _("account closed"),
    _("Acknowledge"),
    _("Acknowledge by"),
    _("Acknowledged"),
    _("all categories"),
    _("all factories"),
    _("all states"),
    _("Also send to the %(count)s cases that were closed as the same as this one"),
    _("an officer has given the case up"),
    _("an officer has left"),
    _("Answer by"),
    _("Answered"),
    _("answered"),
    _("anybody"),
    _("Arrived"),
    _("arrived %(day)s"),
    _(
        "Ask %(name)s to read the six words of their keys out, on the telephone or face to face. Here they must "
        "be the same:"
    ),
    _(
        "Ask %(names)s, face to face or on the telephone: they unlock, open “Officers” and end your enrolment "
        "there. That cannot be undone."
    ),
    _("Ask CCR CSR: they can end your enrolment on the server (%(command)s). That opens nothing and cannot be undone."),
    _(
        "Ask them to read their six words out, face to face or on the telephone. If the words differ, do not "
        "confirm, and tell CCR CSR."
    ),
    _("Ask to be let in"),
    _("Asked for another look"),
    _("asked for another look"),
    _("Assigned to"),
    _("assigned to %(name)s"),
    _("assigned to nobody"),
    _("Back"),
    _("Back to the code"),
    _("Back to the words"),
    _("Become an officer"),
    _("Become an ombudsman"),
    _("Before this message at least one is missing: it was deleted or held back."),
    _("Begin"),
    _("Begin again with new keys"),
    _("Begin with a template …"),
    _("by itself"),
    _("came from the factory"),
    _("Can read it: %(names)s"),
    _("Cancel"),
    _("Case"),
    _("Case %(reference)s"),
    _("Case %(reference)s is closed as the same as this one."),
    _("Case %(reference)s is in the inbox now."),
    _("case %(reference)s was closed as the same"),
    _("Case %(reference)s was closed as the same as this one"),
    _("Cases and the words of your keys stay as they are."),
    _(
        "Cases are opened in this browser only. When you leave or reload this page, or after 15 minutes without "
        "input, it locks again."
    ),
    _("Cases I can read"),
    _("Cases stay that the ombudsman holds or may get, and those that another officer has let in meanwhile."),
    _("Category"),
    _("CCR CSR has no ombudsman with keys at present."),
    _("Characters or pinyin are both right, without tones. The words were drawn at random: nobody knows them but you."),
    _("check"),
    _("Checked: every entry follows the one before, none was changed or taken out."),
    _("Checking …"),
    _("Choose case %(reference)s"),
    _("Close"),
    _("Close the case"),
    _("Close this case?"),
    _("Close this one as the same"),
    _("Closed"),
    _("Closed as the same as case %(reference)s"),
    _("Compare everybody anew?"),
    _("Compare now"),
    _("Compare the officers' words"),
    _("Compare the officers' words …"),
    _("Compared: these are the words of %(name)s"),
    _("Confirm the ticked ones"),
    _("Confirmed in this browser: %(names)s."),
    _("Conversation"),
    _("Copied out of the vault on %(day)s by %(name)s."),
    _("Copy …"),
    _("Day"),
    _("Do this when somebody may have seen the passphrase or the recovery code but cannot have copied your keys."),
    _("Does not go to the ombudsman by itself."),
    _("Draft it for the board"),
    _("drafted it for the board"),
    _("Due"),
    _("End the enrolment"),
    _("End the enrolment of %(name)s?"),
    _("End the enrolment …"),
    _("Erase %(count)s cases?"),
    _("Erase all %(count)s …"),
    _("Erase for ever"),
    _("Erase the ticked ones …"),
    _("erased"),
    _("Every copy is entered in the log of the case."),
    _("Factory"),
    _("Fewer officers hold this case than before: it gets a new key."),
    _(
        "Fewer than two officers remain (%(count)s). The channel closes: workers cannot write until a second one "
        "has joined."
    ),
    _("First confirm the words above. Then you can write here."),
    _("For the keys of"),
    _("Forget and compare anew"),
    _("Forget what was confirmed, and compare anew …"),
    _("Forgot the passphrase"),
    _("gave the case up: it is about them"),
    _("Give my keys up"),
    _("Give my keys up …"),
    _("Give my keys up?"),
    _("Give this case up"),
    _("Hand %(count)s cases over …"),
    _("Hand cases over to %(name)s?"),
    _("Hand over"),
    _("Hand this case to the ombudsman?"),
    _("Hand to the ombudsman …"),
    _("handed to %(names)s"),
    _("Handing over"),
    _("Handing over …"),
    _("has arrived"),
    _("has arrived, in the quarantine"),
    _("Have left (%(count)s)"),
    _(
        "Have pen and paper ready, and a printer if you can. It takes about five minutes. Nothing is stored "
        "before the last step."
    ),
    _("I have compared: %(name)s has read out the same six words."),
    _("I have written them down"),
    _("I take it"),
    _("If words differ, do not tick: somebody may have exchanged the keys. Tell CCR CSR."),
    _(
        "If you forget the passphrase, this code opens your keys, and only this code. Nobody can make another "
        "one for you."
    ),
    _("If your keys themselves may be in other hands, give them up below and make new ones."),
    _("In characters or in pinyin, with or without spaces."),
    _("In characters or in pinyin, with or without spaces. It is not the password you signed in with."),
    _("In quarantine"),
    _("Inbox"),
    _("Is it the same?"),
    _("It cannot be handed to the ombudsman: its keys are not to be trusted."),
    _("It cannot be undone."),
    _("It goes in portions. If it is interrupted, begin again here: what is handed over stays handed over."),
    _("It is answered when you tick “this is the answer” below."),
    _("It is on paper: go on"),
    _(
        "It is outside the vault: whoever gets the file reads it. Keep it where only those who deal with the "
        "case get at it, and delete it afterwards."
    ),
    _("It was erased, or you do not hold it (any more)."),
    _("Keep it locked away, apart from the passphrase."),
    _("Keep the note"),
    _("Kept."),
    _("Kept. Something new had come before it: read it above."),
    _("Later: only read"),
    _("Let %(name)s in?"),
    _("Let in"),
    _("Let in and hand over"),
    _("Let in …"),
    _("Let it in"),
    _("let it in from the quarantine"),
    _("Lock"),
    _("Lock and lose it"),
    _("Lock now?"),
    _("Log"),
    _("Log of this case"),
    _("Look now"),
    _("made a new key"),
    _("Made on"),
    _("Make my keys"),
    _("Make new ones"),
    _("Make the picture larger or smaller"),
    _("Making …"),
    _("May be told on the board, in other words and without names."),
    _("May go to the ombudsman if it is not answered in time."),
    _("me"),
    _("More"),
    _("My enrolment was ended: go on"),
    _("My keys"),
    _("New cases show the next morning, so that nobody sees at what hour they were written."),
    _("New note"),
    _("New passphrase and recovery code"),
    _("New passphrase and recovery code are stored. The old ones open nothing any more: destroy the old paper."),
    _("newest first"),
    _("Next step"),
    _("No case fits what you are looking for."),
    _("No connection. What you typed is still here: try again."),
    _("No other case is here."),
    _(
        "Nobody can reset these keys: not an administrator, not CCR CSR, not the makers of this page. Who loses "
        "passphrase and recovery code cannot read the cases any more, unless another officer hands them over."
    ),
    _(
        "Nobody else here holds the cases: what was sent to you alone stays unreadable for ever. Workers can "
        "send it again."
    ),
    _("Nobody has keys yet."),
    _("nobody yet"),
    _("Not compared in this browser: %(names)s. Open “Officers” and compare the words of their keys."),
    _("not compared yet"),
    _("Not for the board."),
    _(
        "Not secret. They stand on the poster and on the other officers' screens; if they differ there, somebody "
        "has exchanged keys."
    ),
    _("Notes among officers"),
    _("Nothing can be sent here: the keys are not to be trusted."),
    _("Nothing has been typed for 14 minutes: in one minute the page locks, and what is not sent is lost."),
    _("Nothing is moved or mixed. When you answer in the other case, you can send the same words here as well."),
    _("Nothing is sealed to %(names)s before their words were compared in this browser."),
    _(
        "Nothing is sealed to them any more. Compare them only where a case asks for it: their words stand on "
        "older posters and on your colleagues' screens."
    ),
    _("Nothing was sent: the keys of %(names)s are others than those confirmed in this browser. Tell CCR CSR."),
    _("Nothing was sent: the words of %(names)s were not compared in this browser yet."),
    _("Nr."),
    _("officer here"),
    _("Officers"),
    _("Officers (%(count)s to compare)"),
    _("Officers of the factories"),
    _(
        "Officers receive what workers write and answer it. What workers write is sealed to the officers' own "
        "keys: only who holds such keys can read it. You make yours now, in this browser."
    ),
    _("oldest first"),
    _("ombudsman"),
    _("Ombudsmen"),
    _("Ombudsmen of CCR CSR"),
    _("One file with all texts and pictures, for any browser."),
    _("Open cases get new keys when an officer unlocks next. What %(name)s has read stays read."),
    _("Open cases get new keys when another officer unlocks next. What you have read you have read."),
    _("Opening the cases"),
    _("other keys than before"),
    _("overdue only"),
    _("Passphrase and recovery code are both lost"),
    _("Picture from the worker"),
    _("Picture, %(size)s"),
    _("Print"),
    _("Print it, or copy it onto paper. Keep it apart from the passphrase: in a safe, say, or in a sealed envelope."),
    _("put it on the board"),
    _("Quarantine"),
    _("Quarantine (%(count)s)"),
    _("rated"),
    _("Rating"),
    _(
        "Read these six words out to them, on the telephone or face to face. They have the same words on their "
        "screen if nobody has exchanged your keys."
    ),
    _("Readable"),
    _("Reading works. Before you write for colleagues or hand anything over, compare the words under “Officers”."),
    _("Recording, %(size)s"),
    _("Recovery code"),
    _("Recovery code of the officers' desk, %(place)s"),
    _("Refresh"),
    _("Refreshing …"),
    _("Same as another case …"),
    _("Save the readable copy"),
    _("Save the sealed copy"),
    _("Sealed"),
    _("Sealing and sending …"),
    _("Search in all texts, names and notes"),
    _("Send"),
    _("Sent here and to %(count)s more."),
    _("Sent here, but not to these cases: %(names)s. Open them and send it there."),
    _("Sent words cannot be changed or taken back. They are sealed in this browser."),
    _("Sent."),
    _("Sent. Something new had come before it: read it above."),
    _("Show %(count)s more"),
    _("Show all cases"),
    _("Show what I type"),
    _("Since"),
    _("since %(day)s"),
    _("So that no slip on the paper locks you out later."),
    _("Some time after closing it is erased, as the settings of the channel say."),
    _("Somebody else should deal with it then. What will happen:"),
    _("Something is typed and not sent. It is lost when the page locks."),
    _("Something is wrong with this part (%(code)s)."),
    _("Something went wrong (%(code)s). Load the page again; if it stays, tell CCR CSR."),
    _("Sort by"),
    _("State"),
    _("state"),
    _("State: %(state)s"),
    _("state: %(state)s"),
    _("Step %(number)s of %(of)s"),
    _("still open"),
    _("Store"),
    _("Store and unlock"),
    _("Store my keys"),
    _("Storing …"),
    _("Take a copy of this case out"),
    _("Take up"),
    _("Take up again"),
    _("Template"),
    _(
        "Texts, files and keys are deleted at once. Nobody can bring them back, and whoever wrote them finds "
        "nothing under their query code."
    ),
    _("The agreements on the list are not those the worker signed. Somebody has changed them."),
    _("The assignment is changed."),
    _("The case is out of your hands now."),
    _("The category on the list is not the one the worker chose. Somebody has changed it."),
    _("The code from your paper opens your keys."),
    _("The enrolment of %(name)s has ended."),
    _("The factory's officers handle this case. You read it and can write."),
    _("The first %(count)s are shown."),
    _("The keys are locked. Unlock them, then try again."),
    _("The keys of %(name)s and their way to every case are deleted at once."),
    _(
        "The keys of %(names)s are others than those confirmed in this browser. Keys of one person never change: "
        "ask them on the telephone, and tell CCR CSR."
    ),
    _(
        "The keys of %(names)s are others than those confirmed in this browser. That must not happen: nothing "
        "can be sent. Tell CCR CSR."
    ),
    _("The keys of this case are not its own. Nothing is sealed with them. Tell CCR CSR."),
    _("The keys of this case were swapped. Do not trust anything in it and do not answer. Tell CCR CSR."),
    _("The list of words could not be loaded. Check the connection and try again."),
    _("The log does not hold from entry %(number)s on: something was changed or taken out. Tell CCR CSR."),
    _("The log is being loaded …"),
    _("The name that workers see"),
    _(
        "The newest key of this case does not open for you. %(name)s made or handed it on %(day)s: ask them what "
        "happened."
    ),
    _("The newest key of this case does not open for you. It came from the worker's browser."),
    _("the ombudsman"),
    _("The ombudsman can read this case within some minutes."),
    _("The ombudsman can read this case."),
    _("The ombudsman handles this case. You read it and can write."),
    _("The ombudsmen of CCR CSR (%(names)s) can read the whole case and write to the worker."),
    _(
        "The other officers carry on. The next one who unlocks makes a new key for it, so that you cannot read "
        "what is written from then on."
    ),
    _("The other one, %(reference)s: goes on"),
    _("The page could not be loaded"),
    _("The page was locked after 15 minutes without input."),
    _("The part of this page that opens cases could not be loaded. Check the connection and try again."),
    _(
        "The public keys stored for you are not those of your own keys. Somebody has changed them. Stop here and "
        "tell CCR CSR."
    ),
    _("The quarantine is empty."),
    _("The signature is wrong: this was not written by the one it claims."),
    _("The six words"),
    _(
        "The six words stand for somebody's keys. Compare them once with the poster of the voice channel, or let "
        "them be read out to you, face to face or on the telephone. Tick whose words agree."
    ),
    _("The words agree: confirm"),
    _("The words of %(count)s people were not compared in this browser. Until then nothing is sealed to them."),
    _("The words of everybody who receives cases were compared in this browser."),
    _("The words of my keys"),
    _("The words of their keys"),
    _("the worker"),
    _("The worker and the other side never see them."),
    _("The worker can still read it, rate it, and once ask for another look."),
    _("The worker has agreed to this already, for the case that no answer comes in time."),
    _("The worker has not agreed to this beforehand. Ask them first, unless there is danger."),
    _("The worker sees that the ombudsman has it."),
    _("The writer had seen more messages than there are here: some were deleted at the end."),
    _("Their account is closed. An officer who has unlocked ends the enrolment here."),
    _("Then an officer lets you in: %(names)s. Until then you cannot read anything."),
    _("Then come back to this page and make new keys, with a new passphrase and a new recovery code."),
    _("Then your keys cannot be opened any more, by nobody. What you can do:"),
    _("There are no cases."),
    _("These are %(count)s words. The passphrase has %(needed)s."),
    _("These are not the six words from before. Look at the paper, or go back."),
    _(
        "These people can open cases. The six words stand for their keys: they are the same on every screen and "
        "on the poster. If somebody's words are others than they say themselves, their keys were exchanged: do "
        "not hand anything over, and tell CCR CSR."
    ),
    _("These six words are in the list, but they are not your passphrase. Check each one."),
    _("These six words unlock your keys, on every computer. They are not the password you sign in with."),
    _("They read and answer the cases of their factory. Here only their names and public keys are known."),
    _("They read cases that workers send to them or that are handed to them. They serve at CCR CSR, not here."),
    _("This browser cannot check the log on an insecure connection."),
    _("This browser cannot open cases. Use a newer one, such as Edge, Chrome or Firefox."),
    _(
        "This browser forgets whose words were compared. Do this where a wrong one was ticked. Nothing can be "
        "sealed to anybody until you have compared again."
    ),
    _("The rating on the list is not the one the worker signed. Somebody has changed it."),
    _("This cannot be undone."),
    _("This case came in a flood. Its days count all the same."),
    _("This case is about you?"),
    _("This case is closed as the same as another one. Its worker sees that, and sees nothing of the other case."),
    _("This case is closed. Only the worker can have it opened again."),
    _("This case is not here"),
    _("This case is then closed, the other one goes on. First you see both side by side."),
    _("This case, %(reference)s: is closed"),
    _("This file is neither a picture nor a recording. It cannot be shown."),
    _("This file was damaged or changed on its way. It is not shown."),
    _("This is a recovery code, but not the newest one of your keys."),
    _("This is about me …"),
    _("This is the answer: the case counts as answered, and the worker may rate it"),
    _("This is the newest state."),
    _("This message does not follow the one before: something was reordered, repeated or exchanged."),
    _("This message does not open: it was damaged or swapped, or is not for your keys."),
    _(
        "This message was written for another place, another case or another position. It was put here by "
        "somebody else."
    ),
    _("This page looks by itself whether you have been let in."),
    _("This picture is damaged. It cannot be shown."),
    _("This proves that the paper is readable and complete."),
    _("This takes a few seconds."),
    _("This text is too long or empty."),
    _("To come back you make new keys and are let in again."),
    _("To come back, %(name)s makes new keys and is let in again."),
    _("To hand it to the ombudsman, first confirm the words at the top."),
    _("To the worker"),
    _("Too many requests at once. Wait a minute, then try again."),
    _("took a copy out"),
    _("took it off the board"),
    _("Try again"),
    _(
        "Two files: the case as it is stored, and your record. They open with your passphrase only, on any "
        "computer, with the command vault_open. For an auditor, or to keep."
    ),
    _("Two officers are the least. A third one is a good idea: if one of two leaves, the channel closes."),
    _("Type the recovery code from the paper"),
    _("Type the six words again"),
    _("Unknown officer"),
    _("Unlock"),
    _("Unlock with the recovery code"),
    _("Unlocking, a few seconds …"),
    _("unread"),
    _("unread first"),
    _("Went to the ombudsman"),
    _("went to the ombudsman, because it was not answered in time"),
    _("What"),
    _("what is due first"),
    _(
        "What it is for: choose “Forgot the passphrase” on the page where cases are unlocked. It is good until a "
        "newer one is made."
    ),
    _("What somebody has read cannot be taken back."),
    _("What will happen"),
    _("What will happen:"),
    _("What workers write appears here when you unlock or refresh."),
    _("What you have read you have read. The log says that you gave the case up."),
    _(
        "What you write for colleagues or hand over is sealed only to those whom you confirm here. Reading works "
        "without it."
    ),
    _(
        "When very many cases come within an hour, the newest ones are kept here, so that real ones are not "
        "buried. Their days count all the same. Look through them, let the real ones in, erase the rest."
    ),
    _("When you stop being an officer, or make new keys because these may be in other hands."),
    _("Which case is it the same as?"),
    _("Who"),
    _("Who deals with it"),
    _(
        "Whoever can read the case goes on with it: another officer, or the ombudsman. The worker can hand it to "
        "you anew with the query code."
    ),
    _("Whoever has this paper and can sign in as you reads what you can read."),
    _("Why closed"),
    _("Word %(position)s is not in the list: “%(text)s”. Look for a slip there."),
    _("Words of the keys"),
    _("Worker"),
    _("Worker, without a name"),
    _("Workers cannot write yet: a second officer has to join."),
    _(
        "Write them on paper and keep the paper where nobody else gets at it. Do not photograph them, send them "
        "or save them."
    ),
    _("Write to the worker"),
    _("Written by"),
    _("Written by somebody whom the worker did not choose and whose words were not compared in this browser."),
    _("Written with other keys than the worker was given or than you have confirmed. Compare the words of the keys."),
    _("wrote"),
    _("wrote a note"),
    _("you"),
    _("You are the first one here and active at once. Workers can write as soon as a second officer has joined."),
    _("You are the only officer. Look for the paper once more before you go on."),
    _("You are the only officer. Workers can write when a second one has joined."),
    _("You cannot undo it."),
    _("You cannot write in it any more, unless the worker has it opened again."),
    _(
        "You get a new passphrase and a new recovery code. The old ones then open nothing any more: destroy the "
        "old paper."
    ),
    _("You get a passphrase of six words and type it again."),
    _("You get a recovery code, print it and type it from the paper."),
    _("You get six new words and a new code, write, print and type them. The old ones open nothing any more."),
    _("You go on handling it. Your notes among officers stay here."),
    _("You have been signed out. Open the sign-in page in another tab, sign in, then try again here."),
    _("You say the name that workers see."),
    _("Your cases stay as they are, and so do the words of your keys."),
    _("Your enrolment has not been ended yet."),
    _("Your keys and your way to every case are deleted at once."),
    _("Your keys are being made"),
    _("Your keys are given up."),
    _("Your keys are stored. At present nobody is there to let you in."),
    _("Your keys are stored. Workers can write as soon as a second officer has joined."),
    _("Your keys are stored. Now ask %(names)s to let you in: they open “Officers” on their own computer."),
    _("Your keys are stored. You can receive cases now."),
    _("Your keys do not open this."),
    _("Your keys to this case are deleted at once. You cannot open it any more, nor its notes."),
    _("Your name"),
    _("Your own name, or name and office. It stands beside your answers and on the poster."),
    _("Your passphrase of six words"),
    _("Your passphrase: write these six words down"),
    _("Your recovery code: print it"),
    _("Your stored keys were tampered with and are not opened. Stop here and tell CCR CSR."),
    _("← Inbox"),
    _("✓ compared"),
)


def desk_words() -> dict[str, str]:
    """Sentence in English -> the same in the present language."""
    return {sentence: gettext(sentence) for sentence in SENTENCES}
