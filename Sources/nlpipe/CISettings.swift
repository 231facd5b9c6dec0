/// What differs between the workflows of one project and another.
struct CISettings: Equatable {
    /// A line of the shell that puts nlpipe on the PATH.
    var setup =
        "command -v nlpipe || { echo '::error::put nlpipe on the PATH in this step'; exit 1; }"
    /// The container that jobs run in; nil for the runner itself.
    var container: String?
    /// A line of the shell before the checkout.
    var before: String?
    /// Hours and minutes of the nightly run, UTC; off the hour, when schedulers are busy.
    var time = "03:17"
    /// Days after which a night retrains though nothing changed; 0 for never.
    var retrainDays = 30
    /// The image of the CronJob.
    var image = "nlpipe:\(Main.version)"

    /// Hours and minutes of a text such as `03:17`; nil for anything else.
    static func clock(_ text: String) -> (hour: Int, minute: Int)? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ part in
                (1...2).contains(part.count) && part.utf8.allSatisfy { (48...57).contains($0) }
            }), let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
        else { return nil }
        return (hour, minute)
    }

    /// Five fields: minute, hour, and every day.
    var cron: String {
        let clock = CISettings.clock(time) ?? (3, 17)
        return "\(clock.minute) \(clock.hour) * * *"
    }

    /// The same for systemd.
    var calendar: String {
        let clock = CISettings.clock(time) ?? (3, 17)
        func digits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "*-*-* \(digits(clock.hour)):\(digits(clock.minute)):00 UTC"
    }
}

/// The files that `ci init` writes.
enum CIFiles {
    /// Paths relative to the project's root, with their texts.
    static func all(_ settings: CISettings) -> [(path: String, text: String)] {
        [
            (".github/workflows/pipeline.yml", PullRequestWorkflow.text(settings)),
            (".github/workflows/nightly.yml", NightlyWorkflow.text(settings)),
            ("deploy/nightly.sh", NightlyScript.text(settings)),
            ("deploy/systemd/nlpipe-nightly@.service", NightlyUnits.service),
            ("deploy/systemd/nlpipe-nightly@.timer", NightlyUnits.timer(settings)),
            ("deploy/kubernetes/nightly-cronjob.yaml", NightlyCronJob.text(settings)),
        ]
    }

    static let header = "# Written by 'nlpipe ci init'; with --force it is written anew."

    /// A text as YAML and JSON quote it.
    static func quoted(_ text: String) -> String {
        "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }
}
