#!/usr/bin/env bash
# Start a Flink cluster and Beam's job server on this machine, and say how to build on it:
#
#   deploy/flink/start.sh FLINK RUN
#   flanbeam build quickstart --out corpora -- $(cat RUN/options)
#
# FLINK is what fetch.sh filled, RUN a directory for configuration, logs and process numbers.
# TASK_MANAGERS (2), TASK_MANAGER_MEMORY (1408m, of which TASK_MANAGER_OFF_HEAP, 0m, is for what is
# sent to workers), PYTHON (python3) with flanbeam in it, and PORT (8081) of Flink's page; the three
# ports after it may be taken as well. ENVIRONMENT is PROCESS (task managers start Python workers) or
# EXTERNAL (a pool beside them does).
set -euo pipefail
flink=$(realpath "${1:?usage: start.sh FLINK RUN}")
run=$(realpath -m "${2:?usage: start.sh FLINK RUN}")
here=$(cd "$(dirname "$0")" && pwd)
python=$(command -v "${PYTHON:-python3}") ||
    { echo "start.sh: no ${PYTHON:-python3}; set PYTHON to one that has flanbeam" >&2; exit 2; }
python=$(realpath -s "$python")
managers=${TASK_MANAGERS:-2}
port=${PORT:-8081}
environment=${ENVIRONMENT:-PROCESS}

count() {  # task managers of the Flink at the port; -1: nothing is there
    "$python" - "$port" <<'END'
import json, sys, urllib.error, urllib.request
try:
    with urllib.request.urlopen(f"http://localhost:{sys.argv[1]}/overview", timeout=5) as page:
        print(json.load(page)["taskmanagers"])
except (urllib.error.HTTPError, ValueError, KeyError):
    print(0)
except OSError:
    print(-1)
END
}

fail() {
    echo "start.sh: $1; see $run/log" >&2
    "$here/stop.sh" "$run"
    exit 1
}

[[ $environment == PROCESS || $environment == EXTERNAL ]] ||
    { echo "start.sh: ENVIRONMENT is $environment, not PROCESS or EXTERNAL" >&2; exit 2; }
[[ -e $flink/complete ]] || { echo "start.sh: no Flink in $flink; run fetch.sh first" >&2; exit 2; }
"$python" -c "import transforms.worker" 2>/dev/null ||
    { echo "start.sh: no flanbeam in $python; set PYTHON to one that has it" >&2; exit 2; }
if (($(count) >= 0)); then
    [[ -e $run/options ]] && { echo "running already"; exit; }
    echo "start.sh: port $port is taken; set PORT" >&2
    exit 2
fi

# What a crash may have left.
"$here/stop.sh" "$run"
mkdir -p "$run"/{conf,log,pid,tmp,artifacts}
cp "$flink"/conf/log4j*.properties "$run/conf"
# What Flink and Beam use of Java's inside, which Java 17 keeps shut.
modules=("--add-exports=java.base/sun.net.util=ALL-UNNAMED")
for package in java.lang java.lang.invoke java.lang.reflect java.io java.net java.nio sun.nio.ch \
    java.text java.time java.util java.util.concurrent java.util.concurrent.atomic; do
    modules+=("--add-opens=java.base/$package=ALL-UNNAMED")
done
# Beam gathers the values of a key before Flink sorts: such a group may be larger than a buffer of
# the sort, and is then sorted by its key alone.
# Every task manager has slots for all, so that the others carry on when one is lost. It is asked for
# tasks until two heartbeats have failed: a job that is restarted at once would fail again.
cat > "$run/conf/flink-conf.yaml" <<END
jobmanager.rpc.address: localhost
jobmanager.rpc.port: $((port + 2))
jobmanager.bind-host: localhost
jobmanager.memory.process.size: 1024m
rest.address: localhost
rest.bind-address: localhost
rest.port: $port
taskmanager.host: localhost
taskmanager.bind-host: localhost
taskmanager.memory.process.size: ${TASK_MANAGER_MEMORY:-1408m}
taskmanager.memory.managed.size: 128m
taskmanager.memory.task.off-heap.size: ${TASK_MANAGER_OFF_HEAP:-0m}
taskmanager.runtime.large-record-handler: true
taskmanager.memory.network.min: 384m
taskmanager.memory.network.max: 384m
taskmanager.numberOfTaskSlots: $managers
cluster.evenly-spread-out-slots: true
restart-strategy: fixed-delay
restart-strategy.fixed-delay.attempts: 3
restart-strategy.fixed-delay.delay: 5 s
heartbeat.interval: 2000
heartbeat.timeout: 20000
slot.request.timeout: 60000
classloader.resolve-order: parent-first
io.tmp.dirs: $run/tmp
env.java.opts: ${modules[*]}
END

if [[ $environment == PROCESS ]]; then
    # A task manager starts the worker, which ends with it.
    cat > "$run/worker" <<END
#!/usr/bin/env bash
exec "$python" -m transforms.worker "\$@" 2>> "$run/log/workers.log"
END
    chmod +x "$run/worker"
    workers=option=process_command=$run/worker
else
    workers=config=localhost:$((port + 3))
    nohup "$python" -m transforms.worker_pool --service_port $((port + 3)) \
        >> "$run/log/workers.log" 2>&1 < /dev/null &
    echo $! > "$run/pid/worker-pool"
fi

export FLINK_CONF_DIR=$run/conf FLINK_LOG_DIR=$run/log FLINK_PID_DIR=$run/pid
"$flink/bin/jobmanager.sh" start > "$run/log/start.log" 2>&1
for _ in $(seq "$managers"); do
    "$flink/bin/taskmanager.sh" start >> "$run/log/start.log" 2>&1
done
# The job server sends its class path to the cluster with each job, which has Beam already: on the
# path are only Flink's classes and those that use them.
of_flink=() others=()
for jar in "$flink"/job-server/*.jar; do
    case ${jar##*/} in
        flink-* | beam-runners-flink-*) of_flink+=("$jar") ;;
        *) others+=("$jar") ;;
    esac
done
join() { local IFS=:; echo "$*"; }
nohup java -Xmx512m "${modules[@]}" "-Dlog4j.configurationFile=$run/conf/log4j-console.properties" \
    "-Dlog.file=$run/log/job-server.log" "-Xbootclasspath/a:$(join "${others[@]}")" \
    -cp "$(join "${of_flink[@]}")" org.apache.beam.runners.flink.FlinkJobServerDriver \
    --flink-master "localhost:$port" --job-port $((port + 1)) --artifact-port 0 \
    --expansion-port -1 --artifacts-dir "$run/artifacts" > "$run/log/job-server.out" 2>&1 < /dev/null &
echo $! > "$run/pid/job-server"

for _ in $(seq 60); do
    (($(count) == managers)) && grep -q "Job server now running" "$run/log/job-server.out" &&
        { [[ $environment == PROCESS ]] || grep -q "Workers at" "$run/log/workers.log"; } && break
    kill -0 "$(cat "$run/pid/job-server")" 2>/dev/null || fail "the job server ended"
    [[ $environment == PROCESS ]] || kill -0 "$(cat "$run/pid/worker-pool")" 2>/dev/null ||
        fail "the worker pool ended"
    sleep 1
done
(($(count) == managers)) || fail "the cluster did not come up in a minute"

cat > "$run/options" <<END
--runner=PortableRunner
--job_endpoint=localhost:$((port + 1))
--job_server_timeout=30
--environment_type=$environment
--environment_$workers
--environment_cache_millis=60000
--parallelism=$managers
END
echo "Flink with $managers task managers: http://localhost:$port"
