"""Names compared, without a database and without Django.

`compare` says how likely two subjects are one, and why. `keys` and `birth_keys` say under which short
strings a subject is filed, so that the few worth comparing are found among millions. How they are to be
used:

1. Filing: for every subject keep a row (subject, key, weight) per entry of `keys(names, kind)`, and of
   `birth_keys(born)`, written in the transaction that writes the subject, so that the next query finds
   it. The keys are those of all its names together. Rows of another ALGORITHM are written anew: keys
   are part of the version. Individuals and units are separate worlds: keep the kind with the row.
2. Asking: make the keys of the nominee's names. For each subject that shares any, add up, over the
   shared keys, nominee's weight x subject's weight x ln(subjects of that kind / subjects that have the
   key). A key that very many share says little and costs most: skip those held by more than some
   thousands, unless no other is left. Birth keys only ever add to a subject that a name key has found:
   they are never asked alone.
3. Keeping: take the best N, 50 in small registers, 500 to 1,000 where many share a name; ties by
   subject id.
4. Ranking: `compare` each and keep those that are a match. The sum of step 2 is used for nothing else.

A decision freezes ALGORITHM, `Thresholds.as_dict()` and the comparisons' features.
"""

from .birth import compare_births
from .compare import compare, person_name_score, unit_name_score
from .explain import why_not
from .fold import fold
from .keys import birth_keys, keys
from .sounds import skeleton
from .types import ALGORITHM, Comparison, Feature, Kind, Says, Subject, Thresholds
from .units import read_unit

__all__ = [
    "ALGORITHM",
    "Comparison",
    "Feature",
    "Kind",
    "Says",
    "Subject",
    "Thresholds",
    "birth_keys",
    "compare",
    "compare_births",
    "fold",
    "keys",
    "person_name_score",
    "read_unit",
    "skeleton",
    "unit_name_score",
    "why_not",
]
