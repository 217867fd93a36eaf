"""The floor for tables: the same work as anybody writes it with polars, on both cores, in the quickest of several ways.

One key for a panel or a sheet is quicker than two; ticks are whole numbers, so nothing is made slower by exactness.
"""

import polars as pl

from scoring.fast.cube import Ints, Marks


def frame(marks: Marks) -> pl.DataFrame:
    return pl.DataFrame({name: getattr(marks, name) for name in ("item", "entry", "judge", "tick")})


def worth(coefficients: Ints) -> pl.DataFrame:
    return pl.DataFrame({"item": range(len(coefficients)), "worth": coefficients}, schema_overrides={"item": pl.UInt16})


def totals(table: pl.DataFrame, coefficients: pl.DataFrame, judges: int) -> pl.DataFrame:
    """The points of every sheet."""
    sheet = (pl.col("entry") * judges + pl.col("judge")).alias("sheet")
    weighed = table.lazy().join(coefficients.lazy(), on="item").with_columns(sheet)
    return weighed.group_by("sheet").agg((pl.col("tick") * pl.col("worth")).sum()).collect()


def trimmed(table: pl.DataFrame, coefficients: pl.DataFrame, items: int) -> pl.DataFrame:
    """Of every item the lowest and the highest fifth dropped, then the mean, weighed and added by entry."""
    fifth = pl.len() // 5
    panels = table.lazy().with_columns((pl.col("entry") * items + pl.col("item")).alias("panel")).group_by("panel")
    kept = panels.agg(pl.col("tick").sort().slice(fifth, pl.len() - 2 * fifth).mean())
    by_item = kept.with_columns((pl.col("panel") % items).cast(pl.UInt16).alias("item"))
    weighed = by_item.join(coefficients.lazy(), on="item").with_columns((pl.col("panel") // items).alias("entry"))
    return weighed.group_by("entry").agg((pl.col("tick") * pl.col("worth")).sum()).collect()
