"""An amount of money in Chinese capitals (大写金额), as it stands on a receipt.

Source: 《支付结算办法》附一《正确填写票据和结算凭证的基本规定》, first to third. Where it leaves a zero to the
writer, the form it prints first is written: 壹仟陆佰捌拾元零叁角贰分, 壹拾万柒仟元零伍角叁分.
"""

import re

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("仟", "佰", "拾", "")
_SECTIONS = ("亿", "万", "")
_MOST_YUAN = 10**12


def capitals(fen: int) -> str:
    """``fen`` in words: 10000000 is 壹拾万元整, 100530 is 壹仟零伍元叁角整."""
    if not 0 <= fen < _MOST_YUAN * 100:
        raise ValueError(fen)
    yuan, rest = divmod(fen, 100)
    jiao, left = divmod(rest, 10)
    whole = f"{_whole(yuan)}元" if yuan else ""
    if not rest:
        return f"{whole or '零元'}整"
    zero = "零" if whole and (jiao == 0 or yuan % 10 == 0) else ""
    tenths = f"{_DIGITS[jiao]}角" if jiao else ""
    return f"{whole}{zero}{tenths}" + (f"{_DIGITS[left]}分" if left else "整")


def _whole(yuan: int) -> str:
    """A whole number in sections of four digits; however many zeros stand between two digits, one is written."""
    written = ""
    digits = f"{yuan:012d}"
    for place, name in enumerate(_SECTIONS):
        section = digits[place * 4 : place * 4 + 4]
        if section == "0000":
            continue
        # A zero stands before this section where it begins with one, or where a whole section before it is empty.
        apart = section[0] == "0" or (place and digits[place * 4 - 4 : place * 4] == "0000")
        written += ("零" if written and apart else "") + _section(section) + name
    return written


def _section(section: str) -> str:
    """Four digits, such as 0305 as 叁佰零伍."""
    told = (
        _DIGITS[int(digit)] + (place if digit != "0" else "") for digit, place in zip(section, _PLACES, strict=True)
    )
    return re.sub("零+", "零", "".join(told)).strip("零")
