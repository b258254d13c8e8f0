from matplotlib.colors import to_rgb

from stance import faces, figures


def test_colours_are_those_of_the_figures():
    for stance, colour in faces.COLOURS.items():
        wanted = ", ".join(str(round(255 * part)) for part in to_rgb(figures.COLOURS[stance]))
        assert colour == wanted


def test_overlapping_places_are_marked_once():
    assert faces.marked("UN men", [[0, 2], [0, 6]]) == "<mark>UN</mark> men"
