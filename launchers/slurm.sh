#!/bin/sh
# The cells of a plan as a Slurm job array, one job a cell:
#   sbatch --array=0-23%8 --cpus-per-task=1 launchers/slurm.sh runs/plan
# With a GPU for each: add --gres=gpu:1, and make the plan with --engine onnx-cuda. The folder must be shared by the nodes.
#SBATCH --job-name=iadnet
#SBATCH --requeue
#SBATCH --open-mode=append
# Sent a minute before the time limit: the training writes a checkpoint and ends.
#SBATCH --signal=TERM@60
exec deno task benchmark run --plan "${1:?folder of a plan}" --cell "$SLURM_ARRAY_TASK_ID"
