# fish completion for sotctl; made by: sotctl completion fish
function __sotctl_words -d 'the nouns and verbs so far'
    set -l skip
    for word in (commandline -opc)[2..]
        if test -n "$skip"
            set skip
            continue
        end
        switch $word
            case -c --config -i --instance --confirm --answers -o --output --write --color --reason --task --timeout --accept
                set skip yes
            case '-*' help
            case '*'
                echo $word
        end
    end
end
function __sotctl_at -d 'exactly these words'
    set -l words (__sotctl_words)
    test "$words" = "$argv"
end
function __sotctl_in -d 'these words, and perhaps more'
    set -l words (__sotctl_words)
    set -l count (count $argv)
    test (count $words) -ge $count; and test "$words[1..$count]" = "$argv"
end
complete -c sotctl -f
complete -c sotctl -s c -l config -r -F -d 'configuration file, instead of /etc/sotctl/sotctl.toml'
complete -c sotctl -s i -l instance -r -f -d 'instance that is meant; needed where there are several'
complete -c sotctl -s n -l dry-run -d 'look, print the plan, change nothing'
complete -c sotctl -s y -l yes -d 'answer yes to every question but a typed name'
complete -c sotctl -l confirm -r -f -d 'type the name that is asked for before data can be lost'
complete -c sotctl -l answers -r -F -d 'answers to questions, one line each: QUESTION-ID = "ANSWER"'
complete -c sotctl -s o -l output -r -f -a 'text json' -d 'form of the result on standard output'
complete -c sotctl -l write -r -F -d 'also write the result into a file, in one move, after a failure too; repeatable'
complete -c sotctl -s q -l quiet -d 'no notes and no progress on standard error'
complete -c sotctl -s v -l verbose -d 'details and causes of errors; repeatable'
complete -c sotctl -l color -r -f -a 'auto always never' -d 'colours on standard output; NO_COLOR is heeded'
complete -c sotctl -l reason -r -f -d 'why, for the journal'
complete -c sotctl -l task -r -f -d 'ticket or task, for the journal'
complete -c sotctl -l timeout -r -f -d 'stop after this time, as an interrupt would (90s, 15min, 2h)'
complete -c sotctl -l detailed-exitcode -d 'exit status 20 instead of 0 if something changed, or would change'
complete -c sotctl -l accept -r -f -d 'override one refusal in this run; journalled; repeatable'
complete -c sotctl -s h -l help -d 'help for what was named'
complete -c sotctl -n '__sotctl_at' -a help -d 'explain a command'
complete -c sotctl -n '__sotctl_at' -a init -d 'write a configuration by looking at this host'
complete -c sotctl -n '__sotctl_at' -a doctor -d 'check whether this tool has all that it needs'
complete -c sotctl -n '__sotctl_at' -a status -d 'show each instance at one glance'
complete -c sotctl -n '__sotctl_at' -a config -d 'show the configuration that is in force'
complete -c sotctl -n '__sotctl_at config' -a show -d 'show every value in force, and where it comes from'
complete -c sotctl -n '__sotctl_at' -a backup -d 'make backup sets of the database, look at them, prove them whole, keep what is needed'
complete -c sotctl -n '__sotctl_at backup' -a create -d 'dump and measure the database as a new backup set'
complete -c sotctl -n '__sotctl_at backup' -a list -d 'list the backup sets, newest first'
complete -c sotctl -n '__sotctl_at backup' -a show -d 'show what a backup set holds'
complete -c sotctl -n '__sotctl_at backup' -a verify -d 'read every byte of a backup set and prove it whole'
complete -c sotctl -n '__sotctl_at backup' -a pin -d 'keep a backup set from being pruned'
complete -c sotctl -n '__sotctl_at backup' -a unpin -d 'let a backup set be pruned again'
complete -c sotctl -n '__sotctl_at backup' -a prune -d 'remove backup sets that no rule keeps'
complete -c sotctl -n '__sotctl_at backup' -a report -d 'tell how old the newest good set is, the longest gap, restore time and disk'
complete -c sotctl -n '__sotctl_at' -a restore -d 'put a backup set in the place of the live database, and take that back'
complete -c sotctl -n '__sotctl_at restore' -a plan -d 'show what restore run would do and what would be lost; changes nothing'
complete -c sotctl -n '__sotctl_at restore' -a run -d 'restore a set: load it beside the live database, prove it, swap'
complete -c sotctl -n '__sotctl_at restore' -a undo -d 'swap the databases of the newest restore back; again: redo'
complete -c sotctl -n '__sotctl_at restore' -a finish -d 'drop the database that the newest restore kept, for good'
complete -c sotctl -n '__sotctl_at' -a run -d 'runs of changing commands: look, continue, take back, hand over'
complete -c sotctl -n '__sotctl_at run' -a list -d 'list the runs of this host, newest first'
complete -c sotctl -n '__sotctl_at run' -a show -d 'show one run: its steps, how far they came, what was measured'
complete -c sotctl -n '__sotctl_at run' -a resume -d 'continue an unfinished run from where it stopped'
complete -c sotctl -n '__sotctl_at run' -a abort -d 'take an unfinished run back to its beginning'
complete -c sotctl -n '__sotctl_at run' -a undo -d 'take the effect of a finished run back, as a run of its own'
complete -c sotctl -n '__sotctl_at run' -a take -d 'take an unfinished run over from somebody else'
complete -c sotctl -n '__sotctl_at run' -a note -d 'add a remark to a run'\''s journal'
complete -c sotctl -n '__sotctl_at' -a sandbox -d 'a private throw-away instance for trying, training and CI'
complete -c sotctl -n '__sotctl_at sandbox' -a up -d 'make a sandbox and start it'
complete -c sotctl -n '__sotctl_at sandbox' -a down -d 'stop a sandbox and delete its folder'
complete -c sotctl -n '__sotctl_at sandbox' -a status -d 'show what a sandbox is made of and what to try'
complete -c sotctl -n '__sotctl_at' -a completion -d 'print a completion script for a shell'
complete -c sotctl -n '__sotctl_at completion' -a bash -d 'for bash'
complete -c sotctl -n '__sotctl_at completion' -a zsh -d 'for zsh'
complete -c sotctl -n '__sotctl_at completion' -a fish -d 'for fish'
complete -c sotctl -n '__sotctl_in init' -l to -r -F -d 'where to write; /etc/sotctl/sotctl.toml as root, else your own'
complete -c sotctl -n '__sotctl_in init' -l name -r -f -d 'call the instance so; the product'\''s name else'
complete -c sotctl -n '__sotctl_in init' -l root -r -F -d 'look at the installation in this folder alone'
complete -c sotctl -n '__sotctl_in init' -l environment -r -f -a 'production staging development' -d 'what the instance is; it can'\''t be found out, so it is production unless said'
complete -c sotctl -n '__sotctl_in config show' -l origin -d 'say where each value comes from'
complete -c sotctl -n '__sotctl_in backup create' -l description -r -f -d 'what this set is for: stands in its name and its manifest, and pins it'
complete -c sotctl -n '__sotctl_in backup create' -l if-older-than -r -f -d 'do nothing if the newest good set is younger (20h, 6d)'
complete -c sotctl -n '__sotctl_in backup create' -s j -l jobs -r -f -d 'tables dumped and measured at the same time; otherwise as configured'
complete -c sotctl -n '__sotctl_in backup show' -l newest -d 'the newest good set'
complete -c sotctl -n '__sotctl_in backup show' -l before -r -f -d 'the newest good set of a moment before: 2026-11-21T04:00 (this host'\''s time zone) or 2026-11-21T03:00Z'
complete -c sotctl -n '__sotctl_in backup verify' -l newest -d 'the newest set, whatever its state'
complete -c sotctl -n '__sotctl_in backup verify' -l before -r -f -d 'the newest good set of an earlier moment: 2026-11-21T04:00, local or with Z'
complete -c sotctl -n '__sotctl_in backup verify' -l all -d 'every set of the instance'
complete -c sotctl -n '__sotctl_in backup verify' -s j -l jobs -r -f -d 'threads; as many as processors, at most 4'
complete -c sotctl -n '__sotctl_in backup prune' -l keep-last -r -f -d 'the newest N sets'
complete -c sotctl -n '__sotctl_in backup prune' -l keep-hourly -r -f -d 'the newest set of N hours'
complete -c sotctl -n '__sotctl_in backup prune' -l keep-daily -r -f -d 'the newest set of N days'
complete -c sotctl -n '__sotctl_in backup prune' -l keep-weekly -r -f -d 'the newest set of N weeks'
complete -c sotctl -n '__sotctl_in backup prune' -l keep-monthly -r -f -d 'the newest set of N months'
complete -c sotctl -n '__sotctl_in backup prune' -l keep-yearly -r -f -d 'the newest set of N years'
complete -c sotctl -n '__sotctl_in backup prune' -l keep-within -r -f -d 'all sets that are at most this much older than the newest good one (3d)'
complete -c sotctl -n '__sotctl_in backup prune' -l broken -d 'also remove broken sets and what is left of unfinished ones'
complete -c sotctl -n '__sotctl_in backup report' -l max-age -r -f -d 'how old the newest good set may be (26h)'
complete -c sotctl -n '__sotctl_in backup report' -l max-gap -r -f -d 'how long there may have been no new good set (26h)'
complete -c sotctl -n '__sotctl_in backup report' -l within -r -f -d 'how far back gaps are looked for; otherwise 7d'
complete -c sotctl -n '__sotctl_in restore plan' -l newest -d 'the newest good set'
complete -c sotctl -n '__sotctl_in restore plan' -l before -r -f -d 'the newest good set of a moment before: 2026-11-21T04:00 (this host'\''s time zone) or 2026-11-21T03:00Z'
complete -c sotctl -n '__sotctl_in restore run' -l newest -d 'the newest good set'
complete -c sotctl -n '__sotctl_in restore run' -l before -r -f -d 'the newest good set of a moment before: 2026-11-21T04:00 (this host'\''s time zone) or 2026-11-21T03:00Z'
complete -c sotctl -n '__sotctl_in run list' -l unfinished -d 'only runs that were not ended'
complete -c sotctl -n '__sotctl_in run show' -l manual -d 'print what remains, and what takes it back, as plain commands'
complete -c sotctl -n '__sotctl_in sandbox up' -l dir -r -F -d 'folder of the sandbox; otherwise that of --config, else /var/lib/sotctl-sandbox for root, $XDG_STATE_HOME/sotctl-sandbox for a user'
complete -c sotctl -n '__sotctl_in sandbox up' -l size -r -f -d 'how much data is generated, from 10MB up; 100MB if neither this nor --dump says'
complete -c sotctl -n '__sotctl_in sandbox up' -l dump -r -F -d 'load this plain dump of pg_dump (or one in .gz) instead of generating data'
complete -c sotctl -n '__sotctl_in sandbox down' -l dir -r -F -d 'folder of the sandbox; otherwise that of --config, else /var/lib/sotctl-sandbox for root, $XDG_STATE_HOME/sotctl-sandbox for a user'
complete -c sotctl -n '__sotctl_in sandbox down' -l keep -d 'stop it, and keep the folder with all its data'
complete -c sotctl -n '__sotctl_in sandbox status' -l dir -r -F -d 'folder of the sandbox; otherwise that of --config, else /var/lib/sotctl-sandbox for root, $XDG_STATE_HOME/sotctl-sandbox for a user'
