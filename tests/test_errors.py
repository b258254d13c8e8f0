from stance.errors import nearest


def test_all_names_are_listed_and_the_nearest_comes_first():
    assert nearest("modle", ["seed", "model"]) == "Did you mean 'model'? Known: model, seed."
