"""The figures for people: columns, and what the aims say."""


def number(value, digits):
    text = f"{value:,.{digits}f}" if value < 1e7 else f"{value / 1e6:,.1f}M"
    return text.replace(",", " ")


def spread_text(spread, digits):
    if spread is None:
        return "–"
    if spread["min"] == spread["max"]:
        return number(spread["median"], digits)
    return f"{number(spread['median'], digits)} ({number(spread['min'], digits)}–{number(spread['max'], digits)})"


def ratio_text(spread):
    return spread_text(spread, 2)


def verdict(aim):
    if aim["met"] is None:
        return "not measured"
    return "met" if aim["met"] else "MISSED"


def aim_line(aim):
    digits = 2 if aim["value"] and aim["value"]["median"] < 1000 else 0
    return f"{verdict(aim):12} {aim['aim']}: {spread_text(aim['value'], digits)}"


def lay_out(lines):
    """Columns as wide as their widest cell; the first to the left, the others to the right."""
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return ["  ".join(cell.ljust(width) if i == 0 else cell.rjust(width)
                      for i, (cell, width) in enumerate(zip(line, widths))).rstrip() for line in lines]


def cells(contest):
    headings = contest["headings"]
    yield ["side", *(heading["heading"] for heading in headings), "× floor", "× zenws"]
    for row in contest["rows"]:
        yield [row["side"],
               *(spread_text(row["figures"][heading["figure"]], heading["digits"]) for heading in headings),
               ratio_text(row["to_floor"]), ratio_text(row["to_zenws"])]


def contest_text(contest):
    out = [f"{contest['name']}: {contest['title']}", *(f"  {line}" for line in lay_out(list(cells(contest))))]
    out += [f"  {side}: failed: {why}" for side, why in contest["failed"].items()]
    out += [f"  {aim_line(aim)}" for aim in contest["aims"]]
    out += [f"  {line}" for line in contest["note"].splitlines()]
    return "\n".join(out) + "\n"


FOOTNOTE = """Medians of the rounds (lowest–highest). CPU is user + system time of the client's process; the server is a process of its
own. Ratios are those of the first column, to the other side's run of the same round: × floor to bare sockets doing the
same, × zenws to zenws. Checks are the same for all: UTF-8, masks, certificates; the floor checks no UTF-8 and its mask
keys are a xorshift's. Not compared: libcurl, which Debian 12 builds without WebSocket; Qt, whose core and network modules it would
bring along; IXWebSocket, which Debian does not have; permessage-deflate, not yet."""


def table(contests, report=None):
    """The contests' tables; with `report`, also what there is to say at the end of all."""
    out = [contest_text(contest) for contest in contests]
    if report:
        out.append(FOOTNOTE)
        if report["quick"]:
            out.append("A quick run, a tenth of all numbers: it shows that things run, not how fast they are.")
        out += [f"left out, its package is not there: {peer}" for peer in report["left_out"]]
        aims = [aim for contest in report["contests"] for aim in contest["aims"] if aim["met"] is not None]
        if aims:
            out.append(f"aims: {sum(aim['met'] for aim in aims)} of {len(aims)} met")
    return "\n".join(out)
