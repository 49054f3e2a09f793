#!/bin/bash
# A Slurm of two nodes with one core each on this machine, as root: two_nodes.sh start|stop <folder> [first of three ports]
# Debian: apt-get install -y --no-install-recommends slurm-wlm munge
set -eu
action=$1 base=$2 port=${3:-16817}
export SLURM_CONF=$base/slurm.conf
if [ "$action" = stop ]; then
  pids=$(cat "$base"/run/{n1,n2,control,munge}.pid 2>/dev/null || true)
  for pid in $pids; do kill "$pid" 2>/dev/null || true; done
  # They still write while they end: the folder is theirs until then.
  for pid in $pids; do for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done; done
  exit 0
fi
host=$(hostname -s)
mkdir -p "$base"/{state,spool/n1,spool/n2,log,run,munge}
cat > "$SLURM_CONF" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$base/munge/socket
CryptoType=crypto/munge
StateSaveLocation=$base/state
SlurmdSpoolDir=$base/spool/%n
SlurmctldPidFile=$base/run/control.pid
SlurmdPidFile=$base/run/%n.pid
SlurmctldLogFile=$base/log/control.log
SlurmdLogFile=$base/log/%n.log
SlurmctldPort=$port
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
KillWait=5
SchedulerParameters=sched_interval=1,batch_sched_delay=0
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=1 RealMemory=4000
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=1 RealMemory=4000
PartitionName=main Nodes=n[1-2] Default=YES MaxTime=INFINITE State=UP
CONF
head -c 1024 /dev/urandom > "$base/munge/key"
chown -R munge "$base/munge" "$base/run"
chmod 711 "$base" "$base/munge"
chmod 400 "$base/munge/key"
runuser -u munge -- munged --socket="$base/munge/socket" --key-file="$base/munge/key" \
  --pid-file="$base/run/munge.pid" --log-file="$base/munge/log" --seed-file="$base/munge/seed"
for _ in $(seq 50); do [ -S "$base/munge/socket" ] && break; sleep 0.2; done
slurmctld -f "$SLURM_CONF"
sleep 1
slurmd -f "$SLURM_CONF" -N n1
slurmd -f "$SLURM_CONF" -N n2
for _ in $(seq 80); do [ "$(sinfo -h -o %D-%T 2>/dev/null)" = 2-idle ] && exit 0; sleep 0.25; done
echo "the nodes did not start" >&2
exit 1
