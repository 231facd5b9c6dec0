import ArgumentParser
import ParamValues
import Pipelines

struct RemoteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remote", abstract: "Says where 'push' and 'fetch' keep objects.",
        discussion: """
            A remote is a folder outside the project, such as a mounted share, or a place
            that the program rclone reaches: s3://bucket/path, gs://, azure://, ssh://,
            webdavs://, or name:path with a remote of 'rclone config'. They are kept in
            '.nlpipe/config.yml', or with --local in '.nlpipe/config.local.yml', which
            git ignores. Credentials come from the environment or from rclone; nlpipe
            keeps them only with --local. In projects of DVC the files are '.dvc/config' and
            '.dvc/config.local'.

            EXAMPLES
              nlpipe remote add -d store /mnt/share/store
              nlpipe remote add -d store s3://bucket/path
              nlpipe remote modify store endpointurl https://s3.example.org
              nlpipe remote list
              nlpipe remote modify store url /mnt/other/store
            """,
        subcommands: [
            RemoteAddCommand.self, RemoteListCommand.self, RemoteRemoveCommand.self,
            RemoteDefaultCommand.self, RemoteModifyCommand.self,
        ])
}

/// What every command below `remote` needs.
struct RemoteConfigOptions: ParsableArguments {
    @Flag(help: "Change '.nlpipe/config.local.yml', which git ignores.")
    var local = false
    @Flag(
        help:
            "Print one JSON object: the remotes by name, each with its url and whether it is the default."
    )
    var json = false
    @OptionGroup var global: GlobalOptions

    func files() throws -> ConfigFiles {
        let root = try ProjectRoot.find(from: global.workingFolder())
        return ConfigFiles(root: root, layout: try ProjectRoot.layout(of: root))
    }

    /// With `--json` prints the remotes as they are now.
    func report() throws {
        guard json else { return }
        let config = try files().read()
        let entries = config.remotes.map { remote -> (String, ParamValue) in
            let isDefault = ParamValue.bool(remote.name == config.defaultRemote)
            return (remote.name, .object(["url": .string(remote.url), "default": isDefault]))
        }
        Console().out.json(Dictionary(entries, uniquingKeysWith: { $1 }))
    }

    /// A folder named on the command line, relative to the project's root where it is relative.
    func url(_ written: String) throws -> String {
        let folder = try global.workingFolder()
        let root = try ProjectRoot.find(from: folder)
        guard !written.isEmpty, !written.hasPrefix("/"), !written.contains("://"),
            !written.hasPrefix("~"), !RemoteAddress.isPlace(written)
        else { return written }
        let started = folder.dropFirst(root.count).split(separator: "/")
        var parts: [Substring] = []
        for part in started + written.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else {
                parts.append(part)
            }
        }
        return parts.isEmpty ? "." : parts.joined(separator: "/")
    }
}

struct RemoteAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Adds a remote.",
        discussion: """
            EXAMPLES
              nlpipe remote add -d store /mnt/share/store
              nlpipe remote add --local usb /media/usb/store
            """)

    @Argument(help: "What '-r' will call it.") var name: String
    @Argument(help: ArgumentHelp("The folder, or where rclone finds it.", valueName: "url"))
    var url: String
    @Flag(name: .shortAndLong, help: "Make it the default remote.") var `default` = false
    @Flag(name: .shortAndLong, help: "Replace a remote of that name.") var force = false
    @OptionGroup var options: RemoteConfigOptions

    func run() throws {
        let files = try options.files()
        if !force, try files.read().remote(named: name) != nil {
            throw Incomplete(
                message: """
                    remote '\(name)' exists already
                    hint: -f replaces it
                    """, exitCode: Failure.definition)
        }
        let url = try options.url(url)
        try files.change(local: options.local) { text, file in
            let added = try files.editor.adding(remote: name, url: url, to: text, file: file)
            return `default`
                ? try files.editor.choosing(remote: name, in: added, file: file) : added
        }
        if `default`, !options.json {
            Console().out.line("Setting '\(name)' as a default remote.")
        }
        try options.report()
    }
}

struct RemoteListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the remotes.",
        discussion: """
            EXAMPLES
              nlpipe remote list
              nlpipe remote list --json
            """)

    @OptionGroup var options: RemoteConfigOptions

    func run() throws {
        let config = try options.files().read()
        let output = Console().out
        guard !options.json else { return try options.report() }
        for remote in config.remotes {
            let mark = remote.name == config.defaultRemote ? "\t(default)" : ""
            output.line("\(remote.name)\t\(remote.url)\(mark)")
        }
    }
}

struct RemoteRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Forgets a remote; what it holds stays.",
        discussion: """
            EXAMPLES
              nlpipe remote remove store
              nlpipe remote remove --local usb
            """)

    @Argument(help: "The remote.") var name: String
    @OptionGroup var options: RemoteConfigOptions

    func run() throws {
        let files = try options.files()
        let config = try files.read()
        _ = try config.remote(name)
        try files.change(local: options.local) { text, file in
            let removed = try files.editor.removing(remote: name, from: text, file: file)
            guard removed != text else {
                throw Incomplete(
                    message: "remote '\(name)' is not in '\(file)'"
                        + (options.local ? "" : "\nhint: it may be in the other file: --local"),
                    exitCode: Failure.definition)
            }
            return config.defaultRemote == name
                ? try files.editor.choosing(remote: nil, in: removed, file: file) : removed
        }
        try options.report()
    }
}

struct RemoteDefaultCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "default", abstract: "Shows or chooses the default remote.",
        discussion: """
            EXAMPLES
              nlpipe remote default
              nlpipe remote default store
              nlpipe remote default --unset
            """)

    @Argument(help: "The remote; without it the present one is shown.") var name: String?
    @Flag(name: .shortAndLong, help: "Have no default remote.") var unset = false
    @OptionGroup var options: RemoteConfigOptions

    func validate() throws {
        guard !unset || name == nil else {
            throw ValidationError("'--unset' takes no name")
        }
    }

    func run() throws {
        let files = try options.files()
        let config = try files.read()
        if let name { _ = try config.remote(name) }
        guard name != nil || unset else {
            guard !options.json else { return try options.report() }
            Console().out.line(config.defaultRemote ?? "No default remote set")
            return
        }
        try files.change(local: options.local) { text, file in
            try files.editor.choosing(remote: name, in: text, file: file)
        }
        try options.report()
    }
}

struct RemoteModifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "modify", abstract: "Changes a remote.",
        discussion: """
            EXAMPLES
              nlpipe remote modify store url /mnt/other/store
              nlpipe remote modify --local store url /home/me/store
            """)

    /// What a remote has.
    enum Option: String, ExpressibleByArgument, CaseIterable {
        case url, endpointurl, region, profile, keyfile
        case accessKeyID = "access_key_id"
        case secretAccessKey = "secret_access_key"
        case sessionToken = "session_token"
    }

    @Argument(help: "The remote.") var name: String
    @Argument(help: "What to change.") var option: Option
    @Argument(help: "The new value.") var value: String?
    @Flag(name: .shortAndLong, help: "Take the value out.") var unset = false
    @OptionGroup var options: RemoteConfigOptions

    func validate() throws {
        guard unset == (value == nil) else {
            throw ValidationError("expected a value, or '--unset'")
        }
        guard !unset || option != .url else {
            throw ValidationError("a remote needs its 'url'; 'nlpipe remote remove' forgets it")
        }
    }

    func run() throws {
        let files = try options.files()
        _ = try files.read().remote(name)
        let isSecret = [Option.accessKeyID, .secretAccessKey, .sessionToken].contains(option)
        guard !isSecret || unset || options.local || files.layout.format == .native else {
            throw Incomplete(
                message: """
                    '\(option.rawValue)' does not belong into a file that git tracks
                    hint: 'nlpipe remote modify --local' keeps it in '.dvc/config.local'
                    """, exitCode: Failure.definition)
        }
        if option == .url, let value {
            let url = try options.url(value)
            try files.change(local: options.local) { text, file in
                try files.editor.adding(remote: name, url: url, to: text, file: file)
            }
        } else {
            try files.change(local: options.local) { text, file in
                try files.editor.setting(option.rawValue, of: name, to: value, in: text, file: file)
            }
        }
        try options.report()
    }
}
