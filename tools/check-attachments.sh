#!/bin/sh
# Judge finished attachments by programs that know nothing of Annexe:
#
#   tools/check-attachments.sh FOLDER    judges FOLDER/*/*.pdf
#
# qpdf finds nothing wrong with the file, and every font in it is embedded and cut to what is used (poppler's
# pdffonts). A folder without attachments is a fault too. Exit codes: 0 all are well, 1 one is not.
set -eu

faults=0
fault() {
    echo "$1: $2" >&2
    faults=$((faults + 1))
}

judged=0
for attachment in "${1:?say which folder holds the attachments}"/*/*.pdf; do
    [ -e "$attachment" ] || continue
    judged=$((judged + 1))
    # qpdf ends with 0 only where it has no warning either.
    said=$(qpdf --check "$attachment" 2>&1) || fault "$attachment" "qpdf --check: $said"
    # Below two lines of head: … embedded, subset, to Unicode, object, generation.
    fonts=$(pdffonts "$attachment" | tail -n +3)
    [ -n "$fonts" ] || fault "$attachment" "has no font, so it has no text"
    outside=$(printf '%s\n' "$fonts" | awk 'NF && !($(NF-4) == "yes" && $(NF-3) == "yes") { print $1 }')
    [ -z "$outside" ] || fault "$attachment" "fonts not embedded and subset: $outside"
done

[ "$judged" -gt 0 ] || fault "$1" "holds no attachment"
[ "$faults" -eq 0 ] || exit 1
echo "$judged attachments: qpdf finds nothing wrong, every font is embedded and subset"
