/// What a night does, for workflows, timers and clusters alike.
enum NightlyScript {
    static func text(_ settings: CISettings) -> String {
        """
        #!/bin/sh
        \(CIFiles.header)
        # Brings everything up to date, records on a branch what was retrained or why nothing was, and
        # compares with the night before. Ends with the status of 'nlpipe gate' where there are gates.
        #
        #   NLPIPE_NIGHTLY_BRANCH   the branch that keeps the record (nightly)
        #   NLPIPE_RETRAIN_DAYS     days after which all is retrained though nothing changed (\(settings.retrainDays); 0: never)
        set -eu
        cd "$(dirname "$0")/.."
        branch=${NLPIPE_NIGHTLY_BRANCH:-nightly}
        days=${NLPIPE_RETRAIN_DAYS:-\(settings.retrainDays)}
        today=$(date -u +%Y-%m-%d)
        report=.nlpipe/tmp/nightly.md
        rm -f "$report"
        notes=$(mktemp -d)
        trap 'rm -rf "$notes"' EXIT

        git diff --quiet HEAD -- || {
            echo "nightly.sh: files that git tracks have edits: commit them or drop them" >&2
            exit 2
        }
        remote=""
        last=""
        if git remote get-url origin >/dev/null 2>&1; then
            remote=origin
            git fetch -q origin "+refs/heads/$branch:refs/remotes/origin/$branch" 2>/dev/null || true
            last=$(git rev-parse -q --verify "refs/remotes/origin/$branch^{commit}" || true)
        else
            last=$(git rev-parse -q --verify "refs/heads/$branch^{commit}" || true)
        fi
        base=${last:-HEAD}

        # The schedule: the last night that trained, or the commit itself before the first.
        force=""
        why="data, code or parameters changed"
        if [ "$days" -gt 0 ]; then
            trained=$(git log -1 --first-parent --format=%ct --grep='^nightly .*: retrained' "$base")
            [ -n "$trained" ] || trained=$(git log -1 --format=%ct HEAD)
            age=$((($(date +%s) - trained) / 86400))
            if [ "$age" -ge "$days" ]; then
                force=--force
                why="the last time was $age days ago"
            fi
        fi

        # What git does not have, such as files that imports name, is brought first.
        status=0
        nlpipe repro $force --json > "$notes/nightly.jsonl" || status=$?
        ran=$(sed -n 's/^{"duration":[^,]*,"event":"finished","stage":"\\([^"]*\\)".*/\\1/p' "$notes/nightly.jsonl" |
            paste -s -d ' ' -)
        if [ "$status" -ne 0 ]; then
            what="failed: 'nlpipe repro' ended with status $status"
        elif [ -n "$ran" ]; then
            what="retrained: $ran ($why)"
        else
            what="skipped: nothing changed since $(git log -1 --format=%h HEAD)"
        fi

        # The comparison with the night before.
        gate=0
        mkdir -p "$(dirname "$report")"
        {
            printf '## nightly %s\\n\\n' "$today"
            printf '%s\\n\\n' "$what" | sed 's/[<>&|`*_]/\\\\&/g'
            if [ "$status" -eq 0 ]; then
                nlpipe metrics diff "$base" --md --test || true
                printf '\\n'
                if grep -q '^gates:' pipeline.yml; then
                    nlpipe gate --against "$base" --md || gate=$?
                fi
            fi
        } > "$report"

        # The record: the lock and the metrics of tonight, whatever happened, on a branch of their own.
        if [ -z "${GIT_AUTHOR_NAME:-}" ] && ! git config user.name >/dev/null; then
            export GIT_AUTHOR_NAME=nlpipe GIT_AUTHOR_EMAIL=nlpipe@localhost
            export GIT_COMMITTER_NAME=nlpipe GIT_COMMITTER_EMAIL=nlpipe@localhost
        fi
        index=$notes/index
        GIT_INDEX_FILE=$index git read-tree HEAD
        GIT_INDEX_FILE=$index git add -A .
        tree=$(GIT_INDEX_FILE=$index git write-tree)
        parents="-p $(git rev-parse HEAD)"
        [ -z "$last" ] || parents="-p $last $parents"
        # shellcheck disable=SC2086
        commit=$(git commit-tree "$tree" $parents -m "nightly $today: $what")
        if [ -n "$remote" ]; then
            git push -q origin "$commit:refs/heads/$branch"
        else
            git update-ref "refs/heads/$branch" "$commit"
        fi
        # The working folder is as the commit has it again; the cache knows tonight's results.
        git checkout -q HEAD -- .
        echo "nightly $today: $what"
        [ "$status" -eq 0 ] || exit "$status"
        exit "$gate"

        """
    }
}
