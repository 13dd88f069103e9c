# bash completion for sotctl; made by: sotctl completion bash
_sotctl() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  local noun= verb= words= files= at
  COMPREPLY=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    case ${COMP_WORDS[at]} in
    -c | --config | -i | --instance | --confirm | --answers | -o | --output | --write | --color | --reason | --task | --timeout | --accept) ((at++)) ;;
    -*) ;;
    *)
      if [[ -z $noun || $noun == help ]]; then
        noun=${COMP_WORDS[at]}
      elif [[ -z $verb ]]; then
        verb=${COMP_WORDS[at]}
      fi
      ;;
    esac
  done
  case "$noun $verb $previous" in
    *" -c" | *" --config") files=yes ;;
    *" -i" | *" --instance") return ;;
    *" --confirm") return ;;
    *" --answers") files=yes ;;
    *" -o" | *" --output") words="text json junit tap nagios prometheus markdown" ;;
    *" --write") files=yes ;;
    *" --color") words="auto always never" ;;
    *" --reason") return ;;
    *" --task") return ;;
    *" --timeout") return ;;
    *" --accept") return ;;
    "init  --to") files=yes ;;
    "init  --name") return ;;
    "init  --root") files=yes ;;
    "init  --engine") return ;;
    "init  --environment") words="production staging development" ;;
    "doctor  --sudoers") return ;;
    "backup create --description") return ;;
    "backup create --if-older-than") return ;;
    "backup create --with") return ;;
    "backup create -j" | "backup create --jobs") return ;;
    "backup show --before") return ;;
    "backup verify --before") return ;;
    "backup verify -j" | "backup verify --jobs") return ;;
    "backup prune --keep-last") return ;;
    "backup prune --keep-hourly") return ;;
    "backup prune --keep-daily") return ;;
    "backup prune --keep-weekly") return ;;
    "backup prune --keep-monthly") return ;;
    "backup prune --keep-yearly") return ;;
    "backup prune --keep-within") return ;;
    "backup report --max-age") return ;;
    "backup report --max-gap") return ;;
    "backup report --within") return ;;
    "restore plan --before") return ;;
    "restore plan --with") return ;;
    "restore run --before") return ;;
    "restore run --with") return ;;
    "migrations list --source") return ;;
    "migrations list --applied") return ;;
    "migrations list --product") words="netbox nautobot" ;;
    "migrations list --showmigrations") files=yes ;;
    "migrations path --from") return ;;
    "migrations path --to") return ;;
    "migrations path --product") words="netbox nautobot" ;;
    "migrations path --requirements") files=yes ;;
    "migrations path --wheels") files=yes ;;
    "migrations path --python") return ;;
    "migrations path --postgresql") return ;;
    "migrations path --redis") return ;;
    "migrations squash --plan") files=yes ;;
    "migrations squash --source") return ;;
    "migrations squash --product") words="netbox nautobot" ;;
    "migrations squash --apps") return ;;
    "migrations squash --until") return ;;
    "migrations verify --source") return ;;
    "migrations verify --product") words="netbox nautobot" ;;
    "migrations verify --migrate-output") files=yes ;;
    "migrations verify --individual") return ;;
    "migrations verify --squashed") return ;;
    "schema dump --to") files=yes ;;
    "schema diff --ignore") files=yes ;;
    "service restart --only") return ;;
    "service restart --drain") return ;;
    "service restart --kill-after") return ;;
    "service restart --settle") return ;;
    "service restart --limit") return ;;
    "service restart --if-older-than") return ;;
    "service restart --replace") return ;;
    "service restart --wait-for-manager") return ;;
    "service restart --disable-agent") return ;;
    "service stop --limit") return ;;
    "service stop --kill-after") return ;;
    "service stop --at-once") return ;;
    "service stop --batch") return ;;
    "service stop --failures") return ;;
    "service start --limit") return ;;
    "service start --restart-policy") words="always unless-stopped on-failure no" ;;
    "service start --at-once") return ;;
    "service start --batch") return ;;
    "service start --failures") return ;;
    "service logs --lines") return ;;
    "failover frontend --to") return ;;
    "failover database --to") return ;;
    "failover database --from") return ;;
    "failover database --drain") return ;;
    "failover database --disable-agent") return ;;
    "failover back --drain") return ;;
    "failover back --disable-agent") return ;;
    "sanitize dump --to") return ;;
    "sanitize dump --product") return ;;
    "sanitize dump --rules") files=yes ;;
    "sanitize dump --outbound") words="off keep" ;;
    "sanitize dump --key-file") files=yes ;;
    "sanitize dump -j" | "sanitize dump --jobs") return ;;
    "sanitize dump --report") files=yes ;;
    "sanitize dump --login") return ;;
    "sanitize dump --password-file") files=yes ;;
    "sanitize dump --without") words="changelog" ;;
    "sanitize dump --unknown-columns") words="refuse empty" ;;
    "sanitize dump --large-objects") words="drop keep" ;;
    "sanitize dump --database") return ;;
    "sanitize database --from") return ;;
    "sanitize database --to") return ;;
    "sanitize database --product") return ;;
    "sanitize database --rules") files=yes ;;
    "sanitize database --outbound") words="off keep" ;;
    "sanitize database --key-file") files=yes ;;
    "sanitize database -j" | "sanitize database --jobs") return ;;
    "sanitize database --report") files=yes ;;
    "sanitize database --login") return ;;
    "sanitize database --password-file") files=yes ;;
    "sanitize database --without") words="changelog" ;;
    "sanitize database --unknown-columns") words="refuse empty" ;;
    "sanitize database --large-objects") words="drop keep" ;;
    "sanitize scan --original") return ;;
    "sanitize scan --sanitized") return ;;
    "sanitize scan --database") return ;;
    "sanitize scan --product") return ;;
    "sanitize scan --rules") files=yes ;;
    "sanitize scan --key-file") files=yes ;;
    "sanitize scan -j" | "sanitize scan --jobs") return ;;
    "sanitize coverage --product") return ;;
    "sanitize coverage --rules") files=yes ;;
    "sanitize coverage --outbound") words="off keep" ;;
    "sanitize coverage --database") return ;;
    "sanitize rules --product") return ;;
    "permissions audit --policy") files=yes ;;
    "permissions audit --path") files=yes ;;
    "permissions audit --user") return ;;
    "permissions audit --group") return ;;
    "permissions audit --dir-mode") return ;;
    "permissions audit --file-mode") return ;;
    "permissions audit --host") return ;;
    "permissions audit --upload-token") files=yes ;;
    "permissions explain --as") return ;;
    "permissions explain --rights") words="r w x rw rx wx rwx" ;;
    "permissions explain --host") return ;;
    "permissions repair --policy") files=yes ;;
    "permissions repair --path") files=yes ;;
    "permissions repair --user") return ;;
    "permissions repair --group") return ;;
    "permissions repair --dir-mode") return ;;
    "permissions repair --file-mode") return ;;
    "permissions repair --host") return ;;
    "validate  --path") files=yes ;;
    "validate  --set") return ;;
    "validate  --tag") return ;;
    "validate  --skip-tag") return ;;
    "validate  --resume") return ;;
    "snapshot take --name") return ;;
    "snapshot take --csv") return ;;
    "snapshot take --samples") return ;;
    "snapshot take --to") files=yes ;;
    "snapshot diff --expected") files=yes ;;
    "runbook list --path") files=yes ;;
    "runbook list --set") return ;;
    "runbook show --path") files=yes ;;
    "runbook show --set") return ;;
    "runbook render --path") files=yes ;;
    "runbook render --set") return ;;
    "runbook render --run") return ;;
    "runbook render --from") return ;;
    "runbook render --to") return ;;
    "sandbox up --dir") files=yes ;;
    "sandbox up --size") return ;;
    "sandbox up --dump") files=yes ;;
    "sandbox down --dir") files=yes ;;
    "sandbox status --dir") files=yes ;;
    esac
  if [[ -n $files ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
    return
  fi
  if [[ -z $words ]]; then
    case $noun in
    '' | help) words="help init doctor status config backup restore migrations schema service failover sanitize permissions validate snapshot runbook run sandbox completion" ;;
    init | doctor | status | validate) ;;
    *) [[ -n $verb ]] || case $noun in
    config) words="show" ;;
    backup) words="create list show verify pin unpin prune report" ;;
    restore) words="plan run undo finish" ;;
    migrations) words="list path squash verify" ;;
    schema) words="dump diff" ;;
    service) words="status restart stop start logs hold release" ;;
    failover) words="status check frontend database back rejoin" ;;
    sanitize) words="dump database scan coverage rules" ;;
    permissions) words="audit explain repair" ;;
    snapshot) words="take list show diff" ;;
    runbook) words="list show render" ;;
    run) words="list show resume abort undo take note report" ;;
    sandbox) words="up down status" ;;
    completion) words="bash zsh fish" ;;
      esac ;;
    esac
  fi
  if [[ $current == -* ]]; then
    words="-c --config -i --instance -n --dry-run -y --yes --confirm --answers -o --output --write -q --quiet -v --verbose --color --reason --task --timeout --detailed-exitcode --accept -h --help"
    case "$noun $verb" in
    "init ") words+=" --to --name --root --engine --environment" ;;
    "doctor ") words+=" --sudoers" ;;
    "status ") words+=" " ;;
    "config show") words+=" --origin" ;;
    "backup create") words+=" --description --if-older-than --with --quiesce -j --jobs" ;;
    "backup list") words+=" " ;;
    "backup show") words+=" --newest --before --changed" ;;
    "backup verify") words+=" --newest --before --all -j --jobs" ;;
    "backup pin") words+=" " ;;
    "backup unpin") words+=" " ;;
    "backup prune") words+=" --keep-last --keep-hourly --keep-daily --keep-weekly --keep-monthly --keep-yearly --keep-within --broken" ;;
    "backup report") words+=" --max-age --max-gap --within" ;;
    "restore plan") words+=" --newest --before --with --keep-outbound --replace" ;;
    "restore run") words+=" --newest --before --with --keep-outbound --replace" ;;
    "restore undo") words+=" " ;;
    "restore finish") words+=" --all --list" ;;
    "migrations list") words+=" --source --applied --product --showmigrations --all" ;;
    "migrations path") words+=" --from --to --product --requirements --wheels --python --postgresql --redis" ;;
    "migrations squash") words+=" --plan --source --product --apps --until --extend --minimal" ;;
    "migrations verify") words+=" --source --product --migrate-output --individual --squashed --apply" ;;
    "schema dump") words+=" --to --rights" ;;
    "schema diff") words+=" --ignore --rights --sql --all" ;;
    "service status") words+=" " ;;
    "service restart") words+=" --only --with-dependencies --drain --kill-after --settle --limit --if-older-than --replace --wait-for-manager --disable-agent --recreate --pull --build --no-cache --clear-cache --rolling" ;;
    "service stop") words+=" --limit --kill-after --at-once --batch --failures" ;;
    "service start") words+=" --limit --restart-policy --at-once --batch --failures" ;;
    "service logs") words+=" --since-restart --errors -f --follow --lines" ;;
    "service hold") words+=" " ;;
    "service release") words+=" " ;;
    "failover status") words+=" " ;;
    "failover check") words+=" " ;;
    "failover frontend") words+=" --to" ;;
    "failover database") words+=" --to --lost --from --drain --disable-agent" ;;
    "failover back") words+=" --drain --disable-agent --copy" ;;
    "failover rejoin") words+=" --copy" ;;
    "sanitize dump") words+=" --to --product --rules --outbound --key-file -j --jobs --report --login --password-file --without --unknown-columns --large-objects --database" ;;
    "sanitize database") words+=" --from --to --product --rules --outbound --key-file -j --jobs --report --login --password-file --without --unknown-columns --large-objects" ;;
    "sanitize scan") words+=" --original --sanitized --database --product --rules --key-file -j --jobs" ;;
    "sanitize coverage") words+=" --product --rules --outbound --database --all" ;;
    "sanitize rules") words+=" --product" ;;
    "permissions audit") words+=" --policy --path --user --group --dir-mode --file-mode --host --write-test --upload-token" ;;
    "permissions explain") words+=" --as --rights --host" ;;
    "permissions repair") words+=" --policy --path --user --group --dir-mode --file-mode --host" ;;
    "validate ") words+=" --path --set --tag --skip-tag --read-only --probes --resume" ;;
    "snapshot take") words+=" --name --csv --samples --to" ;;
    "snapshot list") words+=" " ;;
    "snapshot show") words+=" " ;;
    "snapshot diff") words+=" --expected" ;;
    "runbook list") words+=" --path --set" ;;
    "runbook show") words+=" --path --set" ;;
    "runbook render") words+=" --path --set --run --from --to" ;;
    "run list") words+=" --unfinished" ;;
    "run show") words+=" --manual" ;;
    "run resume") words+=" " ;;
    "run abort") words+=" " ;;
    "run undo") words+=" " ;;
    "run take") words+=" " ;;
    "run note") words+=" " ;;
    "run report") words+=" " ;;
    "sandbox up") words+=" --dir --size --standby --dump" ;;
    "sandbox down") words+=" --dir --keep" ;;
    "sandbox status") words+=" --dir" ;;
    "completion bash") words+=" " ;;
    "completion zsh") words+=" " ;;
    "completion fish") words+=" " ;;
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _sotctl sotctl
