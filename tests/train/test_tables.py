"""Tables of text: what is read, and what is refused where."""

from __future__ import annotations

import numpy as np
import pytest

from derive.train.dataset import DataError, read


@pytest.fixture
def table(tmp_path):
    def write(text, name="mine.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


def test_header_and_text_labels(table):
    data = read(table("width,height,kind\n1,2,cat\n3,4.5,dog\n"))
    assert data.features == ("width", "height")
    assert data.target == "kind"
    assert data.X.tolist() == [[1, 2], [3, 4.5]]
    assert data.y.tolist() == ["cat", "dog"]


@pytest.mark.parametrize(
    "text",
    [
        "1,2,0\n3,4,1\n",
        "1;2;0\n3;4;1\n",
        "1\t2\t0\r\n3\t4\t1\r\n",
        "# a comment, with commas\n\n1, 2, 0\n3, 4, 1",
        "\ufeff1,2,0\n3,4,1\n",
        '"1","2","0"\n"3","4","1"\n',
    ],
)
def test_no_header(table, text):
    data = read(table(text))
    assert data.X.tolist() == [[1, 2], [3, 4]]
    assert data.y.tolist() == [0, 1]


@pytest.mark.parametrize(("target", "y", "features"), [("b", [2, 5], ("a", "c")), ("1", [1, 4], ("b", "c"))])
def test_target_by_name_and_by_number(table, target, y, features):
    data = read(table("a,b,c\n1,2,3\n4,5,6\n"), target=target)
    assert data.y.tolist() == y
    assert data.features == features


BAD = [
    ("", "the file has no rows"),
    ("# nothing\n", "the file has no rows"),
    ("a,b,y\n", "a header and no rows under it"),
    ("1\n2\n", "one column"),
    ("a,b,y\n1,2,0\n3,,1\n", "line 3, column 2 (b): expected a number; found nothing: the value is missing"),
    ("a,b,y\n1,2,0\n3,nan,1\n", "line 3, column 2 (b): expected a number; found 'nan'. Try: fill in"),
    ("a,b,y\n1,2,0\n3,inf,1\n", "line 3, column 2 (b): expected a number; found 'inf'"),
    ("a,b,y\n1,red,0\n3,blue,1\n", "line 2, column 2 (b): expected a number; found 'red'. Try: code the column"),
    ("1,2,0\n3,red,1\n", "line 2, column 2: expected a number; found 'red'"),
    ("a,b,y\n1,2,0\n3,4\n", "line 3: expected 3 cells, as in the first row; found 2"),
    ("a,b,y\n1,2,0\n3,4,1,5\n", "line 3: expected 3 cells, as in the first row; found 4"),
    ("a,b,y\n1,2,0\n3,4,\n", "line 3, column 3 (y): expected a label; found nothing"),
    ("a,b,y\n1,2,0\n3,4,NaN\n", "line 3, column 3 (y): expected a label; found 'NaN'"),
    ("# one\n# two\na,b,y\n1,2,0\n3,x,1\n", "line 5, column 2 (b): expected a number; found 'x'"),
    (b"a,b\xff\n1,2\n", "not a text file in UTF-8 (byte 3)"),
]


@pytest.mark.parametrize(("text", "said"), BAD, ids=lambda value: repr(value)[:40])
def test_refused(table, text, said):
    with pytest.raises(DataError) as error:
        read(table(text))
    assert said in str(error.value)
    assert str(error.value).startswith("mine.csv")
    assert error.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "target", "said"),
    [
        ("a,b,y\n1,2,0\n", "z", "--target: mine.csv has no column 'z'. Expected one of a, b, y."),
        ("1,2,0\n1,2,0\n", "z", "a number from 1 to 3 (the table has no header)"),
        ("1,2,0\n1,2,0\n", "0", "has no column '0'"),
        ("a,a,y\n1,2,0\n", "a", "two columns are called 'a'"),
    ],
)
def test_target_refused(table, text, target, said):
    with pytest.raises(DataError) as error:
        read(table(text), target=target)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("nowhere.csv", "there is no file 'nowhere.csv'"),
        (
            "data.xlsx",
            "expected iris, breast-cancer, digits, a file that ends in .csv, .tsv, .npz, or a folder of .npz",
        ),
        ("irises", "found 'irises'"),
        ("x" * 5000, "xxx..."),
    ],
)
def test_no_such_data(source, said):
    with pytest.raises(DataError) as error:
        read(source)
    assert said in str(error.value)
    assert len(str(error.value)) < 400


def test_iris_is_fishers():
    """Means of the species, from Fisher's own table of 1936."""
    data = read("iris", model="softmax")
    assert data.X.shape == (150, 4)
    means = {
        kind: data.X[data.y == kind].mean(axis=0).round(3).tolist() for kind in ("setosa", "versicolor", "virginica")
    }
    assert means == {
        "setosa": [5.006, 3.428, 1.462, 0.246],
        "versicolor": [5.936, 2.77, 4.26, 1.326],
        "virginica": [6.588, 2.974, 5.552, 2.026],
    }


def test_iris_for_each_model():
    assert sorted(set(read("iris", model="logistic").y)) == ["versicolor", "virginica"]
    linear = read("iris", model="linear")
    assert (linear.target, linear.features) == ("petal_width", ("sepal_length", "sepal_width", "petal_length"))
    assert np.array_equal(linear.y, read("iris", model="mlp").X[:, 3])


def test_scikit_learn_missing_names_the_extra(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(DataError) as error:
        read("digits")
    assert "pip install 'derivecheck[data]'" in str(error.value)
