# Runs one engine from its plan, as `hopscope run` does, where there is no Node: this shell is the orchestrator.
# usage: sh run_engine.sh ENGINE PLAN PAGE; the plan names PAGE as its telemetry page. Works on a copy of the plan beside the page.
engine=$1 plan=$2 page=$3
sed "s/\"orchestrator_pid\": [0-9]*/\"orchestrator_pid\": $$/" "$plan" > "$page.plan"
"$engine" --plan "$page.plan" &
pid=$!
# struct hs_page, bpf/records.h: state at byte 20, command at byte 24.
state() { od -An -tu4 -j 20 -N 4 "$page" 2>/dev/null | tr -d ' '; }
while [ "$(state)" != 1 ]; do # HS_STATE_READY
  kill -0 $pid 2>/dev/null || break
  sleep 0.1
done
printf '\001\000\000\000' | dd of="$page" bs=1 seek=24 conv=notrunc status=none # HS_COMMAND_START
wait $pid
code=$?
rm -f "$page" "$page.plan"
exit $code
