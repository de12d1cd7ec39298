#!/bin/sh
# A page of how many commits each month had, and the last ten subjects.
printf '# History\n\n| month | commits |\n| --- | --- |\n'
git log --date=format:%Y-%m --format=%ad | sort | uniq -c | awk '{ print "| " $2 " | " $1 " |" }'
printf '\nThe last commits:\n\n'
git log -10 --format='- %s'
