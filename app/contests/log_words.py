"""What the acts in the log are called. Acts of later parts stand here too: the log is one page.

Reads and writes nothing. A test holds the list against the sources, so that no act is without its words.
"""

from app.i18n import Language
from scoring.faults import Fault


def act_names(language: Language) -> dict[str, str]:
    say = language.gettext
    return {
        "create_contest": say("made the contest"),
        "copy_contest": say("took rules and roster from an earlier contest"),
        "rehearse": say("made a rehearsal"),
        "fill_in_marks": say("let marks be made up"),
        "close_rehearsal": say("closed the rehearsal"),
        "match_places": say("said which units are which places of the register"),
        "take_name_back": say("took back that a place of the register has a name"),
        "add_member": say("gave somebody a role"),
        "end_membership": say("took a role away"),
        "renew_password": say("made somebody a new password"),
        "draft_import": say("uploaded a roster to look at"),
        "apply_import": say("took the roster over"),
        "change_roster": say("changed a line of the roster"),
        "share_out": say("shared out entries among the judges"),
        "pass_on": say("gave a judge's entries to others"),
        "call_for_material": say("said until when material is handed in"),
        "hand_in_material": say("handed in a paper"),
        "take_material_back": say("took a paper back"),
        "write_scheme": say("changed the draft of the scoring rules"),
        "propose_rules": say("put scoring rules forward to be signed"),
        "sign_rules": say("signed the scoring rules"),
        "record_attendance": say("recorded attendance"),
        "add_recusal": say("added a recusal"),
        "substitute": say("let another judge take over"),
        "decline_recusal": say("answered that a judge is to mark all the same"),
        "lift_recusal": say("lifted a recusal"),
        "issue_badges": say("issued badges"),
        "revoke_badge": say("revoked a badge"),
        "revoke_device": say("revoked a phone"),
        "take_rescue": say("took in a phone's rescue file"),
        "open_window": say("let one more phone in"),
        "confirm_badge": say("joined with a phone"),
        "receive": say("handed in by phone"),
        "type_paper": say("typed a paper sheet"),
        "accept_paper": say("confirmed a paper sheet"),
        "type_dictated": say("typed marks that a judge dictated"),
        "accept_dictated": say("confirmed marks that a judge dictated"),
        "lock_stop": say("locked a stop"),
        "move_stops": say("changed the order on the road"),
        "hide_stop": say("put a stop aside until it is opened"),
        "open_stop": say("opened a stop by call"),
        "drop_stop": say("dropped a stop"),
        "restore_stop": say("took a dropped stop in again"),
        "lay_order": say("laid down the order of appearance"),
        "stage_call": say("called an entrant on stage"),
        "stage_mark": say("let an entrant be marked"),
        "stage_collect": say("collected an entrant's sheets"),
        "stage_back": say("sent an entrant back to wait"),
        "promise_draw": say("promised a draw of the order"),
        "hold_draw": say("held the draw of the order"),
        "clock_start": say("started the stage clock"),
        "clock_stop": say("stopped the stage clock"),
        "ask_again": say("asked a judge to mark once more"),
        "comment_entrant": say("wrote down an expert's comment"),
        "collect": say("collected the sheets"),
        "collect_round": say("collected the sheets of a round"),
        "open_round": say("opened the marks of a round, one half"),
        "put_list_forward": say("put forward who goes on"),
        "confirm_list": say("confirmed who goes on"),
        "publish_list": say("published who goes on"),
        "let_type_paper": say("let paper sheets be typed after the collection"),
        "look_at_paper": say("settled two typings by a look at the paper"),
        "decide_paper": say("decided between two sheets"),
        "admit_sheets": say("admitted sheets that came late"),
        "reject_sheets": say("did not admit sheets that came late"),
        "waive_signatures": say("let sheets count without a signature"),
        "decide": say("confirmed a decision"),
        "propose_decision": say("put a decision forward"),
        "decline_proposal": say("declined what was put forward"),
        "withdraw_proposal": say("withdrew what he had put forward"),
        "take_back_decision": say("took a decision back"),
        "open_marks": say("opened the marks, one half"),
        "seal": say("sealed the result"),
        "counter_sign": say("counter-signed"),
        "approve": say("wrote down the approval"),
        "publish": say("published the result"),
        "check_score": say("checked a score"),
        "confirm_score": say("confirmed a score"),
        "release_score": say("released a score to the hall"),
        "release_standing": say("released a step of the reveal"),
        "withdraw_release": say("withdrew what the hall was shown"),
        "make_screen": say("added a screen"),
        "set_screen": say("set the order and columns of a screen"),
        "revoke_screen": say("revoked a screen"),
        "show_scene": say("changed what a screen shows"),
        "look": say("looked at scores"),
        "set_categories": say("changed the list of categories"),
        "release_list": say("released an issue list"),
        "make_county_links": say("made links for units"),
        "revoke_county_link": say("revoked a unit's link"),
        "open_county_link": say("opened a unit's link"),
        "erase_payload": say("erased the particulars of an act"),
    }


def in_words(fault: Fault, language: Language) -> Fault:
    """A break of the chain with its act in words."""
    action = str(fault.params.get("action", ""))
    return Fault(fault.code, {**fault.params, "action": act_names(language).get(action, action)})


def look_names(language: Language) -> dict[str, str]:
    """What somebody looked at."""
    say = language.gettext
    return {
        "results": say("Results"),
        "rounds": say("the standings of a round"),
        "scheme": say("whom a new version of the rules would move"),
        "files.zip": say("all files"),
        "publication": say("what would be published"),
        "entrant": say("one entrant's score"),
        "decisions": say("Decisions"),
        "tally.xlsx": say("the tally sheet"),
        "awards.xlsx": say("the award table"),
        "calls.pdf": say("the scores to be read out"),
        "frozen.zip": say("the files of a seal"),
    }
