/// The workflow that retrains at night.
enum NightlyWorkflow {
    static func text(_ settings: CISettings) -> String {
        """
        \(CIFiles.header)
        # Every night: retrain what has to be, record it or why nothing was, compare with the night before.
        # GitHub starts it when it has time, and stops to where a repository saw nothing for 60 days.
        name: nightly
        on:
          schedule:
            - cron: \(CIFiles.quoted(settings.cron))
          workflow_dispatch:

        permissions:
          contents: read

        concurrency:
          group: nightly

        jobs:
          retrain:
            runs-on: ubuntu-24.04
        \(Workflow.container(settings))    timeout-minutes: 360
            permissions:
              # For the branch 'nightly', which keeps the record.
              contents: write
            steps:
        \(Workflow.checkout(settings, writes: true))
              - name: retrain or say why not
                run: sh deploy/nightly.sh
              - name: publish
                if: always()
                run: |
                  [ ! -f .nlpipe/tmp/nightly.md ] || cat .nlpipe/tmp/nightly.md >> "$GITHUB_STEP_SUMMARY"
        \(Workflow.save(condition: "success()"))

        """
    }
}

/// A timer for one machine, an instance for each project: `nlpipe-nightly@srv-reviews.timer`.
enum NightlyUnits {
    static let service = """
        \(CIFiles.header)
        # The instance is the project's folder as 'systemd-escape -p' writes it.
        [Unit]
        Description=Nightly nlpipe run in /%I
        Wants=network-online.target
        After=network-online.target

        [Service]
        Type=oneshot
        WorkingDirectory=/%I
        ExecStart=/bin/sh deploy/nightly.sh
        # A gate that fails or cannot say is an answer of the night, not a broken service.
        SuccessExitStatus=3 4
        Nice=10
        NoNewPrivileges=true
        PrivateTmp=true
        ProtectSystem=strict
        ReadWritePaths=/%I

        """

    static func timer(_ settings: CISettings) -> String {
        """
        \(CIFiles.header)
        [Unit]
        Description=Starts the nightly nlpipe run in /%I

        [Timer]
        OnCalendar=\(settings.calendar)
        RandomizedDelaySec=300
        Persistent=true

        [Install]
        WantedBy=timers.target

        """
    }
}

/// The same for a cluster: a claim holds a clone of the repository with its cache.
enum NightlyCronJob {
    static func text(_ settings: CISettings) -> String {
        """
        \(CIFiles.header)
        # The claim 'nlpipe-work' holds a clone of the repository. The pod meets the standard 'restricted'.
        apiVersion: batch/v1
        kind: CronJob
        metadata:
          name: nlpipe-nightly
        spec:
          schedule: \(CIFiles.quoted(settings.cron))
          timeZone: Etc/UTC
          concurrencyPolicy: Forbid
          startingDeadlineSeconds: 3600
          successfulJobsHistoryLimit: 3
          failedJobsHistoryLimit: 3
          jobTemplate:
            spec:
              backoffLimit: 0
              activeDeadlineSeconds: 21600
              template:
                spec:
                  restartPolicy: Never
                  automountServiceAccountToken: false
                  securityContext:
                    runAsNonRoot: true
                    runAsUser: 65532
                    runAsGroup: 65532
                    fsGroup: 65532
                    seccompProfile:
                      type: RuntimeDefault
                  containers:
                    - name: nlpipe
                      image: \(CIFiles.quoted(settings.image))
                      workingDir: /work
                      command: ["/bin/sh", "-c", "git pull --ff-only && sh deploy/nightly.sh"]
                      env:
                        - name: HOME
                          value: /tmp
                      securityContext:
                        allowPrivilegeEscalation: false
                        readOnlyRootFilesystem: true
                        capabilities:
                          drop: ["ALL"]
                      resources:
                        requests:
                          cpu: "2"
                          memory: 6Gi
                        limits:
                          memory: 6Gi
                      volumeMounts:
                        - name: work
                          mountPath: /work
                        - name: tmp
                          mountPath: /tmp
                  volumes:
                    - name: work
                      persistentVolumeClaim:
                        claimName: nlpipe-work
                    - name: tmp
                      emptyDir: {}

        """
    }
}
