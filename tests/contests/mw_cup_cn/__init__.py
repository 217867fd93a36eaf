"""Mario Worker 杯: a judged contest with bonus and penalty, revoked marks and re-judging."""
