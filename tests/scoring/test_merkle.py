"""The tree over sheets: the public test vectors of RFC 6962, and proofs that hold for one leaf only."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.merkle import included, inclusion, leaf_of, root, salt, salted_leaf
from scoring.roster import Sheet

# Leaves, roots and two proofs of the test data of google/certificate-transparency (merkletree tests).
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PROOFS = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}


def test_roots_are_those_of_the_public_test_data() -> None:
    assert [root(LEAVES[:size]).hex() for size in range(1, 9)] == ROOTS
    assert root([]) == sha256(b"").digest()


@pytest.mark.parametrize(("index", "size"), PROOFS)
def test_proofs_are_those_of_the_public_test_data(index: int, size: int) -> None:
    assert [one.hex() for one in inclusion(LEAVES[:size], index)] == PROOFS[index, size]


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=20, unique=True), st.data())
def test_a_proof_holds_for_its_leaf_at_its_place_and_for_no_other(leaves: list[bytes], data: st.DataObject) -> None:
    index, wrong = data.draw(st.integers(0, len(leaves) - 1)), data.draw(st.integers(0, len(leaves) - 1))
    proof, whole = inclusion(leaves, index), root(leaves)
    assert included(leaves[index], index, len(leaves), proof, whole)
    assert included(leaves[wrong], index, len(leaves), proof, whole) == (wrong == index)
    assert included(leaves[index], wrong, len(leaves), proof, whole) == (wrong == index)
    assert not included(leaves[index], index, len(leaves), [*proof, whole], whole)
    assert not included(leaves[index], index, len(leaves), proof, sha256(whole).digest())
    assert not included(leaves[index], len(leaves), len(leaves), proof, whole)


def test_there_is_no_proof_of_a_leaf_that_is_not_there() -> None:
    with pytest.raises(IndexError):
        inclusion(LEAVES, 8)


def test_two_judges_with_the_same_marks_have_leaves_that_say_nothing_of_each_other() -> None:
    one, other = Sheet("j1", "P", (17, None)), Sheet("j2", "P", (17, None))
    assert salt("secret", "j1", "P") != salt("secret", "j2", "P") != salt("another", "j2", "P")
    assert salted_leaf("secret", one) != salted_leaf("secret", other)
    assert leaf_of(one, "ab") == b'{"entry":"P","judge":"j1","salt":"ab","ticks":[17,null]}'
    of_one = sha256(b"leaf/1|secret|j1|P").hexdigest()
    assert salted_leaf("secret", one).decode() == f'{{"entry":"P","judge":"j1","salt":"{of_one}","ticks":[17,null]}}'
