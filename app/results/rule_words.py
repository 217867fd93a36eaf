"""A scheme in words, a line for each step, as it stands on the result and on the tally sheet.

Reads a scheme. Says only what the scheme holds, so that the words are true for a changed rule as well.
"""

from collections.abc import Iterator
from fractions import Fraction

from app.i18n import Language
from app.pages import yuan
from app.results.round_words import advance_clauses, carry_clause, round_name
from app.results.skating_words import final_lines, rule_10
from scoring.numbers import plain
from scoring.scheme import CarryOut, Component, Item, Ledger, Panel, Prizes, Rooms, Rounding, Scheme, Text, Trim


def word(text: Text, language: Language) -> str:
    return text.zh if language.code == "zh" else text.en


def rule_lines(scheme: Scheme, language: Language) -> tuple[str, ...]:
    """The rule from the mark to the prize, a line for each step."""
    return tuple(_lines(scheme, language))


def _lines(scheme: Scheme, language: Language) -> Iterator[str]:
    marked = [part for part in scheme.components if part.source == "marks"]
    for part in marked:
        line = _marked(scheme, part, language)
        several = len(scheme.components) > 1
        yield language.gettext("{name}: {rule}", name=word(part.name, language), rule=line) if several else line
    for part in scheme.components:
        if part.ledger:
            yield _ledger(part, part.ledger, language)
    if scheme.total.method == "skating":
        yield from final_lines(language)
    else:
        if scheme.rounds:
            yield from _rounds(scheme, language)
        elif len(scheme.components) > 1:
            yield _blend(scheme, language)
        yield _ranked(scheme, language)
    if scheme.ties:
        keys = language.gettext(", then ").join(tie_word(scheme, key, language) for key in scheme.ties)
        yield language.gettext("Equal scores are separated by: {keys}.", keys=keys)
    if scheme.prizes.tiers:
        yield from _rewards(scheme, language)
    for appraisal in scheme.carry_out:
        yield _carried(scheme, appraisal, language)


def _rewards(scheme: Scheme, language: Language) -> Iterator[str]:
    """The tiers, who competes for them, and what becomes of equals at their ends."""
    yield _prizes(scheme, language)
    if scheme.prizes.round:
        name = round_name(scheme, scheme.prizes.round, language)
        yield language.gettext("Prizes are for those who came to this round: {round}.", round=name)
    if scheme.prizes.first_of_each_division:
        first = word(scheme.prizes.tiers[0].name, language)
        yield language.gettext("{prize}: the best of each division. The others compete for the rest.", prize=first)
    if any(tier.quota is not None or tier.share is not None for tier in scheme.prizes.tiers):
        yield _boundary(scheme.prizes, language)


def _boundary(prizes: Prizes, language: Language) -> str:
    """What happens where equals stand across the end of a prize."""
    say = language.gettext
    rules = {
        "pool": say("they share the prizes of their places equally"),
        "pool_if_money": say("they share the prizes of their places equally; where no money is at stake people decide"),
        "extend_up": say("all have the higher prize; the budget may be exceeded"),
        "extend_up_absorb": say("all have the higher prize, and the lower has fewer places"),
        "push_down": say("all have the lower prize, and the higher stays vacant"),
        "hort": say("their places are drawn; half of each prize is shared"),
        "decision": say("people decide"),
    }
    return say("Equals across the end of a prize: {rule}.", rule=rules[prizes.boundary])


def _carried(scheme: Scheme, appraisal: CarryOut, language: Language) -> str:
    """What of a score goes into another appraisal."""
    say, name = language.gettext, word(appraisal.name, language)
    part = scheme.component.get(appraisal.component or "")
    of = word(part.name, language) if part else say("the total")
    points = plain(appraisal.weight)
    if appraisal.uses == "exact":
        return say("Into “{name}” goes {of}, full marks as {points} points, exact.", name=name, of=of, points=points)
    return say(
        "Into “{name}” goes {of}, full marks as {points} points, with {n} decimals.",
        name=name, of=of, points=points, n=appraisal.decimals,
    )  # fmt: skip


def _marked(scheme: Scheme, part: Component, language: Language) -> str:
    sheets = _sheets(scheme, part)
    full = max(sum((item.full for item in items), Fraction()) for items in sheets)
    floor = min(sum((item.floor for item in items), Fraction()) for items in sheets)
    steps = sorted({item.step for items in sheets for item in items})
    choice = language.gettext("or")
    marks = language.gettext(
        "Each judge marks from {floor} to {full} in steps of {step}",
        floor=plain(floor), full=plain(full), step=f" {choice} ".join(plain(step) for step in steps),
    )  # fmt: skip
    clauses = [marks, *_asked_of_judges(part, language), *(_panel(scheme, part.panel, language) if part.panel else ())]
    if stage := scheme.stage("panel", part.id):
        clauses.append(_rounding(stage, language))
    if part.second_mean:
        clauses.append(_second_mean(part.second_mean, language))
    if scheme.contest == "tour":
        clauses += _unit(scheme, part, language)
    if part.unit.deadlines:
        n = len(part.unit.deadlines)
        clauses.append(
            language.gettext(
                "at each of the {n} deadlines one more entry counts, the best of those handed in by then", n=n
            )
        )
    if part.recusal == "own_unit":
        clauses.append(language.gettext("a judge does not mark his own unit"))
    return language.gettext("{clauses}.", clauses=language.gettext("; ").join(clauses))


def _ledger(part: Component, ledger: Ledger, language: Language) -> str:
    """The sections of an inspection sheet, with what a unit begins with and can have."""
    say = language.gettext
    sections = []
    for section in ledger.sections:
        name, number = word(section.name, language), len(section.rules)
        if section.full is None:
            told = say("{name}: bonus or penalty by {n} rules", name=name, n=number)
        elif section.start:
            told = say("{name}: {full} points, which {n} rules change", name=name, full=plain(section.full), n=number)
        else:
            told = say("{name}: up to {full} points by {n} rules", name=name, full=plain(section.full), n=number)
        sections.append(told)
    rule = say("from records with evidence. {sections}", sections=say("; ").join(sections))
    return say("{name}: {rule}", name=word(part.name, language), rule=say("{clauses}.", clauses=rule))


def _sheets(scheme: Scheme, part: Component) -> list[list[Item]]:
    """The scored items of every sheet there can be: they depend on the kind of the entry."""
    named = {kind for criterion in part.criteria for item in criterion.items for kind in item.kinds}
    sheets = [scheme.items(part.id, kind) for kind in sorted(named) or [""]]
    return [[item for item in items if item.role == "score"] for items in sheets]


def _unit(scheme: Scheme, part: Component, language: Language) -> Iterator[str]:
    """How the entries of a unit make its score."""
    match part.unit.method:
        case "mean" | "weighted":
            yield language.gettext("a unit has the mean of its entries")
        case "best":
            best = part.unit.best or 1
            yield language.ngettext("a unit has its best entry", "a unit has the mean of its best {n} entries", best)
        case "sum":
            yield language.gettext("a unit has the sum of its entries")
    if stage := scheme.stage("unit", part.id):
        yield _rounding(stage, language)


def _rounding(stage: Rounding, language: Language) -> str:
    say, n = language.gettext, stage.decimals
    modes = {
        "half_up": say("rounded half up to {n} decimals", n=n),
        "half_even": say("rounded half to even to {n} decimals", n=n),
        "half_down": say("rounded half down to {n} decimals", n=n),
        "trunc": say("cut off after {n} decimals", n=n),
        "floor": say("rounded down to {n} decimals", n=n),
        "ceil": say("rounded up to {n} decimals", n=n),
    }
    return modes[stage.mode]


def _panel(scheme: Scheme, panel: Panel, language: Language) -> Iterator[str]:
    counts = {
        "less_severity": language.gettext("from each sheet what its judge gives above the others is taken away"),
        "z": language.gettext("each sheet counts by its distance from its judge's own mean, in standard deviations"),
        "minmax": language.gettext("each sheet counts from its judge's lowest to his highest"),
        "band": language.gettext("each sheet counts with the points of the band it falls into"),
        "place": language.gettext("a mark is the place that the judge gives, 1 the best"),
        "order": language.gettext("each sheet counts with the entries its judge puts below, half for those level"),
    }
    if panel.counts in counts:
        yield counts[panel.counts]
    if panel.by == "bloc":
        yield language.gettext("each bloc of judges is averaged and counts as one")
    yield from _multiples(scheme, panel, language)
    if panel.trim and panel.method == "winsor":
        yield from _drawn_in(panel.trim, language)
        yield language.gettext("the mean counts")
        return
    if panel.trim and panel.by == "bloc":
        yield from _trim_blocs(panel.trim, language)
    elif panel.trim:
        yield from _trim(panel.trim, language)
    left = panel.trim is not None and not panel.trim.weighs
    match panel.method:
        case "mean":
            yield language.gettext("the mean of the rest counts") if left else language.gettext("the mean counts")
        case "sum":
            yield language.gettext("the sum of the rest counts") if left else language.gettext("the sum counts")
        case "median":
            yield language.gettext("the median counts")
        case _:
            yield from _compared(panel, language)
    if panel.tolerance is not None:
        yield language.gettext(
            "where the rest lie more than {points} apart, the mean of all counts", points=plain(panel.tolerance)
        )


def _asked_of_judges(part: Component, language: Language) -> Iterator[str]:
    """What is asked of each judge and of each sheet, before a panel is made of them."""
    say, panel = language.gettext, part.panel
    if part.sheet.bonus == "within_full":
        yield say("bonus points never lift a sheet above full marks")
    if panel is None:
        return
    if panel.minimum_share is not None:
        share = plain(panel.minimum_share * 100)
        yield say("who marked less than {share} % of what was due to him does not count", share=share)
    if panel.distinct:
        yield say("a judge gives no two entries the same total")
    for band in panel.bands:
        yield say("{name} from {least}: {points} points", name=word(band.name, language), least=plain(band.least),
                  points=plain(band.points))  # fmt: skip
    if panel.trim_on == "item" and (panel.difficulty == "part" or any(i.factor != 1 for i in _items(part))):
        yield say("each item's score is multiplied by its factor")
    elif panel.difficulty == "entry":
        yield say("the score is multiplied by the difficulty declared")


def _items(part: Component) -> list[Item]:
    return [item for criterion in part.criteria for item in criterion.items]


def _second_mean(rule: Rooms, language: Language) -> str:
    if rule.by == "division":
        return language.gettext("the divisions are brought to one mean, by a coefficient for each")
    return language.gettext(
        "the groups that different judges marked are brought to one mean, by a coefficient for each"
    )


def _multiples(scheme: Scheme, panel: Panel, language: Language) -> Iterator[str]:
    names = {one.id: word(one.name, language) for one in scheme.judge_classes}
    for one in panel.multiples:
        name = names[one.judge_class]
        yield language.gettext("the mark of each {judges} counts {n} times", judges=name, n=one.times)


def _drawn_in(trim: Trim, language: Language) -> Iterator[str]:
    if trim.low is not None and trim.high is not None:
        yield language.gettext(
            "the {high} highest and the {low} lowest marks count as the nearest of the others",
            high=trim.high, low=trim.low,
        )  # fmt: skip
    elif trim.share is not None:
        yield language.gettext(
            "{share} % of the marks at each end count as the nearest of the others", share=plain(trim.share * 100)
        )
    for row in trim.table:
        yield language.gettext(
            "from {judges} judges on, the {high} highest and the {low} lowest count as the nearest of the others",
            judges=row.judges, high=row.high, low=row.low,
        )  # fmt: skip


def _trim_blocs(trim: Trim, language: Language) -> Iterator[str]:
    if trim.low is not None and trim.high is not None:
        yield language.gettext(
            "the {high} highest and the {low} lowest blocs are dropped", high=trim.high, low=trim.low
        )
    elif trim.share is not None:
        yield language.gettext("{share} % of the blocs are dropped at each end", share=plain(trim.share * 100))
    for row in trim.table:
        yield language.gettext(
            "from {blocs} blocs on, the {high} highest and the {low} lowest are dropped",
            blocs=row.judges, high=row.high, low=row.low,
        )  # fmt: skip


def _trim(trim: Trim, language: Language) -> Iterator[str]:
    if trim.weight:
        yield from _in_part(trim, language)
    elif trim.low is not None and trim.high is not None:
        yield language.gettext(
            "the {high} highest and the {low} lowest marks are dropped", high=trim.high, low=trim.low
        )
    elif trim.share is not None:
        yield language.gettext("{share} % of the marks are dropped at each end", share=plain(trim.share * 100))
    for row in trim.table:
        if row.weight:
            yield language.gettext(
                "from {judges} marks on, the {high} highest and the {low} lowest count × {part}",
                judges=row.judges, high=row.high, low=row.low, part=plain(row.weight),
            )  # fmt: skip
            continue
        yield language.gettext(
            "from {judges} judges on, the {high} highest and the {low} lowest are dropped",
            judges=row.judges, high=row.high, low=row.low,
        )  # fmt: skip


def _in_part(trim: Trim, language: Language) -> Iterator[str]:
    """What lies outside counts with a part of a mark."""
    part = plain(trim.weight)
    if trim.share is not None:
        share = plain(trim.share * 100)
        yield language.gettext("{share} % of the marks at each end count × {part}", share=share, part=part)
    else:
        yield language.gettext(
            "the {high} highest and the {low} lowest marks count × {part}",
            high=trim.high or 0,
            low=trim.low or 0,
            part=part,
        )


def _blend(scheme: Scheme, language: Language) -> str:
    whole = sum(part.weight for part in scheme.components)
    parts = [
        language.gettext("{name} {share} %", name=word(part.name, language), share=plain(part.weight / whole * 100))
        for part in scheme.components
    ]
    return language.gettext("The score is made of: {parts}.", parts=language.gettext("; ").join(parts))


def _rounds(scheme: Scheme, language: Language) -> Iterator[str]:
    """Each round: its components, what it brings along, and who goes on."""
    for number, one in enumerate(scheme.rounds):
        inside = [part for part in scheme.components if part.id in one.components]
        whole = sum(part.weight for part in inside)
        parts = [
            language.gettext("{name} {share} %", name=word(part.name, language), share=plain(part.weight / whole * 100))
            for part in inside
        ]
        made = word(inside[0].name, language) if len(inside) == 1 else language.gettext("; ").join(parts)
        clauses = [made, carry_clause(scheme, number, language), *advance_clauses(scheme, one, language)]
        rule = language.gettext("{clauses}.", clauses=language.gettext("; ").join(text for text in clauses if text))
        yield language.gettext("{name}: {rule}", name=word(one.name, language), rule=rule)
    yield language.gettext("Whoever came to a later round stands above those who stopped before.")


def _ranked(scheme: Scheme, language: Language) -> str:
    decimals = scheme.total.decimals
    told = language.ngettext("The score is shown with {n} decimal", "The score is shown with {n} decimals", decimals)
    if scheme.total.rank_on in (None, "exact"):
        return language.gettext("{shown}; the exact value decides the place.", shown=told)
    return language.gettext("{shown}; the rounded value decides the place.", shown=told)


def tie_word(scheme: Scheme, key: str, language: Language) -> str:
    """What a key of the chain compares."""
    word_of, _, rest = key.partition(":")
    if word_of.startswith("skating_"):
        return rule_10(key, language)
    if rest and word_of in ("component", "round", "criterion", "item", "entry", "judge"):
        return _named_key(scheme, word_of, rest, language)
    say = language.gettext
    words = {
        "median": say("the median of the marks"),
        "head_to_head": say("wins head to head, by the judges who marked both"),
        "majority_gauge": say("the middle mark, then the marks beside it, from the middle outwards"),
        "votes": say("the share of votes for this grade or better"),
        "firsts": say("how many judges put it first"),
        "seconds": say("how many judges put it second"),
        "firsts_then_seconds": say("how many judges put it first, then second"),
        "untrimmed_mean": say("the mean of all marks, none dropped"),
        "drop_recalc": say("the score with one more mark dropped at each end"),
        "lower_spread": say("whose marks lie closer together"),
        "fewer_deductions": say("fewer points deducted"),
        "earlier_submission": say("who handed in earlier"),
        "prior": say("the score known before"),
        "draw": say("the draw"),
        "decision": say("a decision of the organisers"),
    }
    if key == "head_to_head:restart":
        return say("wins head to head, by the judges who marked both, and anew among those still equal")
    return words[word_of]


def _compared(panel: Panel, language: Language) -> Iterator[str]:
    """A method that compares all entries at once."""
    say = language.gettext
    words = {
        "copeland": say("an entry has as many points as others it beats with more of the judges, half if level"),
        "skating": say("places by the skating system, rules 5 to 8"),
        "vote": say(
            "an entry has the points of the best grade that its share of the votes, or more than half, carries"
        ),
        "bradley_terry": say("an entry has the strength that makes its wins over others most likely"),
    }
    yield words[panel.method]
    if panel.pseudo_wins is not None:
        yield say("each entry is granted {wins} wins over each other", wins=plain(panel.pseudo_wins))


def _named_key(scheme: Scheme, word_of: str, rest: str, language: Language) -> str:
    """A key that names a component, one of its criteria, items or entries, a round, or a judge."""
    component, _, line = rest.partition(".")
    if word_of == "judge":
        return language.gettext("the marks of judge {judge}", judge=rest)
    if word_of in ("component", "round"):
        names = {part.id: part.name for part in (scheme.components if word_of == "component" else scheme.rounds)}
        return language.gettext("the score for {name}", name=word(names[rest], language))
    if word_of == "entry":
        of = word(scheme.component[component].name, language)
        if line == "1":
            return language.gettext("the best entry in {name}", name=of)
        return language.gettext("the entry in {name} that is number {n} from the best", name=of, n=line)
    criteria = scheme.component[component].criteria
    lines: dict[str, dict[str, Text]] = {
        "criterion": {criterion.id: criterion.name for criterion in criteria},
        "item": {item.id: item.name for criterion in criteria for item in criterion.items},
    }
    return language.gettext("the score for {name}", name=word(lines[word_of][line], language))


def _prizes(scheme: Scheme, language: Language) -> str:
    parts = []
    for tier in scheme.prizes.tiers:
        name = word(tier.name, language)
        if tier.quota is not None:
            text = language.gettext("{name} {n}", name=name, n=tier.quota)
        elif tier.share is not None:
            text = language.gettext("{name} {share} %", name=name, share=plain(tier.share * 100))
        elif tier.minimum is not None:
            text = language.gettext("{name} from {least}", name=name, least=plain(tier.minimum))
        else:
            text = name
        if tier.yuan:
            text = language.gettext("{prize} ({yuan} yuan each)", prize=text, yuan=yuan(tier.yuan))
        parts.append(text)
    return language.gettext("Prizes: {parts}.", parts=language.gettext(", ").join(parts))
