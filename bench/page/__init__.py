"""PAGE: what the chat costs the page it stands on, in Chromium with a CPU four times slower,
beside published widgets.

    make bench PAGE=1        everything (about eight minutes on a calm machine)
    make bench PAGE=1 ONLY="click open"      of it, some: sizes click open
                                             history memory lighthouse peers

Each module measures one thing on a stage (stage.py) and answers with figures beside
their bars (figures.py).
"""
