/// The workflow for pull requests and for what is merged.
enum PullRequestWorkflow {
    /// Judges the results; its comment and its XML are kept whatever the answer.
    static let gate = """
        status=0
        nlpipe gate --against "$BASE" --github --junit gates.xml --md > comment.md || status=$?
        exit "$status"
        """

    /// Writes the comment, or renews the one that is there.
    static let comment = """
        body=$(mktemp)
        jq -Rs '{body: .}' comment.md > "$body"
        id=$(gh api --paginate "repos/$REPOSITORY/issues/$NUMBER/comments" \\
          --jq '.[] | select(.body | startswith("<!-- nlpipe gate -->")) | .id' | head -n 1)
        if [ -n "$id" ]; then
          gh api --silent --method PATCH "repos/$REPOSITORY/issues/comments/$id" --input "$body"
        else
          gh api --silent --method POST "repos/$REPOSITORY/issues/$NUMBER/comments" --input "$body"
        fi
        """

    static func text(_ settings: CISettings) -> String {
        """
        \(CIFiles.header)
        # A pull request: restore the cache, bring everything up to date, judge it, say so in one comment.
        name: pipeline
        on:
          pull_request:
          push:
            branches: [main]

        permissions:
          contents: read

        concurrency:
          group: pipeline-${{ github.ref }}
          cancel-in-progress: ${{ github.event_name == 'pull_request' }}

        jobs:
          gate:
            runs-on: ubuntu-24.04
        \(Workflow.container(settings))    timeout-minutes: 360
            steps:
        \(Workflow.checkout(settings))
              - name: bring everything up to date
                run: nlpipe repro
              - name: gate
                env:
                  BASE: ${{ github.event.pull_request.base.sha || 'HEAD^' }}
                run: |
        \(Workflow.indented(gate))
              - name: keep the answers
                if: always()
                uses: \(Workflow.upload)
                with:
                  name: gate
                  path: |
                    comment.md
                    gates.xml
                  if-no-files-found: ignore
        \(Workflow.save(condition: "github.ref == 'refs/heads/main'"))

          comment:
            needs: gate
            # Requests from forks get a token that may not write.
            if: >-
              always() && github.event_name == 'pull_request'
              && github.event.pull_request.head.repo.full_name == github.repository
            runs-on: ubuntu-24.04
            timeout-minutes: 5
            permissions:
              pull-requests: write
            steps:
              - uses: \(Workflow.download)
                with:
                  name: gate
              - name: comment
                env:
                  GH_TOKEN: ${{ github.token }}
                  REPOSITORY: ${{ github.repository }}
                  NUMBER: ${{ github.event.pull_request.number }}
                run: |
        \(Workflow.indented(comment))

        """
    }
}

/// Parts that several workflows have; actions are named by commit, for tags can be moved.
enum Workflow {
    static let upload =
        "actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1"
    static let download =
        "actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1"
    private static let cache = "55cc8345863c7cc4c66a329aec7e433d2d1c52a9 # v6.1.0"
    private static let checkout =
        "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2"

    /// Lines of a script below `run: |` of a step.
    static func indented(_ script: String) -> String {
        script.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : "          \($0)" }.joined(separator: "\n")
    }

    static func container(_ settings: CISettings) -> String {
        settings.container.map { "    container: \(CIFiles.quoted($0))\n" } ?? ""
    }

    /// The steps up to a restored cache.
    static func checkout(_ settings: CISettings, writes: Bool = false) -> String {
        let before = settings.before.map { line in
            """
                  # Before the checkout, so that it is a git clone and not a download of files.
                  - name: what the container lacks
                    run: |
            \(indented(line))

            """
        }
        return (before ?? "") + """
                  - uses: \(checkout)
                    with:
                      fetch-depth: 0
                      persist-credentials: \(writes)
                  - name: nlpipe
                    run: |
            \(indented(settings.setup))
                  - name: restore the cache
                    uses: actions/cache/restore@\(cache)
                    with:
                      path: |
                        .nlpipe/cache
                        .nlpipe/runs
                      key: nlpipe-${{ runner.os }}-${{ github.run_id }}
                      restore-keys: nlpipe-${{ runner.os }}-
            """
    }

    /// The step that keeps the cache for later runs.
    static func save(condition: String) -> String {
        """
              - name: keep the cache
                if: \(condition)
                uses: actions/cache/save@\(cache)
                with:
                  path: |
                    .nlpipe/cache
                    .nlpipe/runs
                  key: nlpipe-${{ runner.os }}-${{ github.run_id }}
        """
    }
}
