"""The grid of the tests: 9 judges, 18 contestants, out of 10, with the ranking worked by hand.

Contestants 1 to 16 and 18 have nine marks that lie evenly round their middle: 0.12, 0.08 and 0.03 below and above it,
and three times the middle itself. Without the highest and the lowest the other seven have the middle as their mean.
Contestant 17 has 9.30, 9.00 (dropped), five times 9.10 and twice 9.20: 45.50 + 18.40 = 63.90; / 7 = 9.12857.
Contestants 13 and 18 are equal at 9.45 and share the fourth place.
"""

NINE_BY_EIGHTEEN = """\
评委\t1号\t2号\t3号\t4号\t5号\t6号\t7号\t8号\t9号\t10号\t11号\t12号\t13号\t14号\t15号\t16号\t17号\t18号
评委1\t9.38\t9.24\t9.31\t8.92\t9.50\t9.40\t8.96\t9.25\t8.93\t9.79\t9.18\t8.77\t9.53\t9.36\t8.92\t9.31\t9.10\t9.57
评委2\t9.42\t9.00\t9.34\t8.95\t9.54\t9.28\t9.00\t9.28\t8.97\t9.83\t9.06\t8.80\t9.57\t9.39\t8.97\t9.40\t9.10\t9.33
评委3\t9.47\t9.04\t9.39\t8.95\t9.59\t9.32\t8.76\t9.33\t9.02\t9.59\t9.10\t8.80\t9.33\t9.44\t9.00\t9.16\t9.10\t9.37
评委4\t9.50\t9.09\t9.43\t8.95\t9.62\t9.37\t8.80\t9.37\t9.05\t9.63\t9.15\t8.80\t9.37\t9.48\t9.00\t9.20\t9.10\t9.42
评委5\t9.50\t9.12\t9.19\t8.98\t9.62\t9.40\t8.85\t9.13\t9.05\t9.68\t9.18\t8.83\t9.42\t9.24\t9.00\t9.25\t9.10\t9.45
评委6\t9.50\t9.12\t9.23\t9.03\t9.62\t9.40\t8.88\t9.17\t9.05\t9.71\t9.18\t8.88\t9.45\t9.28\t9.03\t9.28\t9.20\t9.45
评委7\t9.53\t9.12\t9.28\t9.07\t9.65\t9.43\t8.88\t9.22\t9.08\t9.71\t9.21\t8.92\t9.45\t9.33\t9.08\t9.28\t9.20\t9.45
评委8\t9.58\t9.15\t9.31\t8.83\t9.70\t9.48\t8.88\t9.25\t9.13\t9.71\t9.26\t8.68\t9.45\t9.36\t9.12\t9.28\t9.30\t9.48
评委9\t9.62\t9.20\t9.31\t8.87\t9.74\t9.52\t8.91\t9.25\t9.17\t9.74\t9.30\t8.72\t9.48\t9.36\t8.88\t9.36\t9.00\t9.53
"""

# Place, name, score, prize (one first, two second, three third).
RANKING = [
    ("1", "10号", "9.71", "一等奖"),
    ("2", "5号", "9.62", "二等奖"),
    ("3", "1号", "9.50", "二等奖"),
    ("4", "13号", "9.45", "三等奖"),
    ("4", "18号", "9.45", "三等奖"),
    ("6", "6号", "9.40", "三等奖"),
    ("7", "14号", "9.36", ""),
    ("8", "3号", "9.31", ""),
    ("9", "16号", "9.28", ""),
    ("10", "8号", "9.25", ""),
    ("11", "11号", "9.18", ""),
    ("12", "17号", "9.13", ""),
    ("13", "2号", "9.12", ""),
    ("14", "9号", "9.05", ""),
    ("15", "15号", "9.00", ""),
    ("16", "4号", "8.95", ""),
    ("17", "7号", "8.88", ""),
    ("18", "12号", "8.80", ""),
]

# A letter (C2), a mark above full marks (C3), a missing cell (D3), a name that stands twice (D1, E1).
FAULTY = """\
\t甲队\t乙队\t丙队\t丙队
评委1\t9.50\t9.l\t9.20\t9.00
评委2\t9.60\t12\t\t9.10
评委3\t9.40\t9.30\t9.00\t9.20
评委4\t9.10\t9.20\t9.20\t9.00
"""
# What the four say when put right: C2 9.1, C3 9.4, D3 9.4, E1 丁队. Two are dropped of four:
# 甲 (9.50 + 9.40) / 2 = 9.45; 乙 (9.20 + 9.30) / 2 = 9.25; 丙 (9.20 + 9.20) / 2 = 9.20; 丁 (9.00 + 9.10) / 2 = 9.05
MENDED = {"C2": "9.1", "C3": "9.4", "D3": "9.4", "E1": "丁队"}
MENDED_RANKING = [("1", "甲队", "9.45"), ("2", "乙队", "9.25"), ("3", "丙队", "9.20"), ("4", "丁队", "9.05")]

SENTENCES = {
    "zh": [
        "“丙队”出现了不止一次（D1, E1）。请改成不同的名称，或者删去重复的一份。",
        "C2 填的是“9.l”，不是一个分数（评委1给乙队）。请改成数字，或者填“缺席”“回避”。",
        "C3 是 12 分，超过满分 10 分（评委2给乙队）。请核对原始评分表。",
        "D3 空着：评委2没有给丙队打分。请补上打分；没到的填“缺席”，按规定不打的填“回避”。空着不会当 0 分。",
    ],
    "en": [
        "“丙队” stands there more than once (D1, E1). Give them different names, or remove the copy.",
        "C2 says “9.l”, which is no mark (评委1 for 乙队). Write a number, or absent or recused.",
        "C3 is 12, above full marks of 10 (评委2 for 乙队). Check the score sheet.",
        (
            "D3 is empty: no mark by 评委2 for 丙队. Fill it in, or write absent or recused. "
            "An empty cell never counts as 0."
        ),
    ],
}
