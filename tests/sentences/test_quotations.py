from stance.sentences.quotations import pair, read_marks


def read(text):
    return read_marks(text, 0, len(text))


def test_apostrophes_are_no_marks():
    text = "It's the boys' dog's bone, rock 'n' roll of the '90s, O'Neill."
    assert read(text) == []


def test_marks_that_close_end_the_nearest_open_quotation_of_their_family():
    text = '"He said “go” to us."'
    _, closed, still_open = pair(read(text), 0)
    assert [text[a:b] for a, b in closed] == ["“go”", text]
    assert not still_open


def test_an_unclosed_quotation_is_told_with_its_family():
    openings, closed, still_open = pair(read('"We stay.'), 0)
    assert (openings, closed, still_open) == ({0: '"'}, [], [(0, '"')])


def test_a_carried_quotation_is_closed_by_the_first_closing_mark():
    text = 'and we stay."'
    _, closed, still_open = pair(read(text), 0, carried='"')
    assert (closed, still_open) == ([(0, 13)], [])


def test_german_and_french_marks_open_and_close():
    assert [mark.place for mark in read("«Oui», „ja“.")] == [1, -1, 1, -1]
