/// Reads the body of one stage whose `foreach` or `matrix`, if any, is expanded already.
struct StageReader {
    static let keys = [
        "cmd", "run", "wdir", "deps", "params", "outs", "metrics", "plots", "env", "frozen",
        "always_changed", "resources", "mutex", "timeout", "retries", "vars", "matrix", "desc",
        "meta",
    ]

    /// The name as written, for messages; generated names differ.
    let writtenName: String
    let resolver: TemplateResolver
    /// The folder of the pipeline file.
    let folder: String
    let knownModules: [String]?
    let patterns: Bool
    let dialect: Dialect

    var place: String { "stage \(quoted(writtenName))" }

    func read(
        _ name: String, _ body: Located, at location: SourceLocation, findings: inout Findings
    ) -> Stage? {
        guard let entries = body.entries else {
            findings.addWrongType(place, expected: "a map with 'cmd' or 'run'", found: body)
            return nil
        }
        for entry in entries where !dialect.stageKeys.contains(entry.key) {
            findings.addUnknownKey(entry, in: place, allowed: dialect.stageKeys)
        }
        func value(_ key: String) -> Located? {
            body[key].map { resolver.resolve($0.value, findings: &findings) }
        }
        let workingDirectory = readWorkingDirectory(value("wdir"), findings: &findings)
        let command = body["cmd"].map {
            resolver.resolve($0.value, as: .command, findings: &findings)
        }
        let action = readAction(command, body, at: location, findings: &findings)
        let paths = PathReader(
            place: place, folder: workingDirectory, patterns: patterns, dialect: dialect)
        let params = ParamsReader(paths: paths)
        let limits = LimitsReader(place: place)
        let outs =
            paths.outs(value("outs"), key: "outs", kind: .artifact, findings: &findings)
            + paths.outs(value("metrics"), key: "metrics", kind: .metric, findings: &findings)
            + paths.outs(value("plots"), key: "plots", kind: .plot, findings: &findings)
        var stage = Stage(
            name: name, action: action ?? .command([]), workingDirectory: workingDirectory,
            deps: paths.deps(value("deps"), findings: &findings),
            params: params.read(value("params"), findings: &findings), outs: outs,
            environment: readEnvironment(value("env"), findings: &findings),
            frozen: readFlag("frozen", value("frozen"), findings: &findings),
            alwaysChanged: readFlag("always_changed", value("always_changed"), findings: &findings),
            resources: limits.resources(value("resources"), findings: &findings),
            mutex: limits.mutex(value("mutex"), findings: &findings),
            timeout: limits.timeout(value("timeout"), findings: &findings),
            retries: limits.retries(value("retries"), findings: &findings),
            description: body["desc"]?.value.string, meta: body["meta"]?.value.value ?? .null,
            location: location, places: StagePlaces(of: body))
        if case .command = action { stage.command = command?.value ?? .null }
        return action == nil ? nil : stage
    }

    private func readAction(
        _ command: Located?, _ body: Located, at location: SourceLocation, findings: inout Findings
    ) -> StageAction? {
        switch (command, body["run"]) {
        case (let command?, nil): return readCommand(command, findings: &findings)
        case (nil, let run?): return readModule(run.value, findings: &findings)
        case (_?, let run?):
            findings.add(
                at: run.keyLocation, "\(place) has both 'cmd' and 'run'",
                hint: "'cmd' is for the shell, 'run' for a module: keep one")
        case (nil, nil):
            findings.add(
                at: location, "\(place) has neither 'cmd' nor 'run'",
                hint: "say what it does: 'cmd: python train.py' or 'run: distill'")
        }
        return nil
    }

    private func readCommand(_ value: Located, findings: inout Findings) -> StageAction? {
        let lines: [String]
        if let list = value.list {
            lines = list.compactMap { line in
                if let text = line.string { return text }
                findings.addWrongType(
                    "a command of \(place)", expected: "a string", found: line,
                    hint: "put commands with ': ' or '#' in quotes")
                return nil
            }
        } else if let text = value.string {
            lines = StageReader.lines(of: text)
        } else {
            findings.addWrongType(
                "'cmd' of \(place)", expected: "a string or a list of strings", found: value)
            return nil
        }
        let commands = lines.filter { !$0.allSatisfy(\.isWhitespace) }
        if commands.isEmpty {
            findings.add(at: value.location, "'cmd' of \(place) is empty")
        }
        if commands.contains(where: { $0.utf8.contains(0) }) {
            findings.add(at: value.location, "'cmd' of \(place) has a NUL character in it")
        }
        return .command(commands)
    }

    /// The lines of a text that have something in them.
    private static func lines(of text: String) -> [String] {
        // Most have one, and no byte that a newline of any kind could begin with or be.
        let isPlain = text.utf8.allSatisfy { (0x20..<0x7f).contains($0) }
        if isPlain { return text.isEmpty ? [] : [text] }
        return text.split(whereSeparator: \.isNewline).map(String.init)
    }

    private func readModule(_ written: Located, findings: inout Findings) -> StageAction? {
        let value = resolver.resolve(written, findings: &findings)
        guard let name = value.string, !name.isEmpty else {
            findings.addWrongType(
                "'run' of \(place)", expected: "the name of a module", found: value)
            return nil
        }
        if let knownModules, !knownModules.contains(name) {
            let known = knownModules.isEmpty ? "none" : knownModules.joined(separator: ", ")
            findings.add(
                at: value.location, "\(place) runs the unknown module \(quoted(name))",
                facts: [.init("known", known)],
                hint: Suggestion.hint(for: name, among: knownModules)
                    ?? "'run' is for built-in modules; for a shell command write 'cmd'")
        }
        return .module(name)
    }

    private func readWorkingDirectory(_ value: Located?, findings: inout Findings) -> String {
        guard let value else { return folder }
        guard let text = value.string else {
            findings.addWrongType("'wdir' of \(place)", expected: "a folder", found: value)
            return folder
        }
        do {
            return try PathRules.normalise(text, in: folder, allowingRoot: true)
        } catch {
            findings.add(
                at: value.location, "'wdir' \(quoted(text)) of \(place) \(error.message)",
                hint: error.hint)
            return folder
        }
    }

    private func readFlag(_ key: String, _ value: Located?, findings: inout Findings) -> Bool {
        guard let value else { return false }
        if let flag = value.bool { return flag }
        findings.addWrongType("\(quoted(key)) of \(place)", expected: "true or false", found: value)
        return false
    }

    private func readEnvironment(_ value: Located?, findings: inout Findings) -> [String] {
        guard let value, !value.isNull else { return [] }
        guard let list = value.list else {
            findings.addWrongType(
                "'env' of \(place)", expected: "a list of variable names", found: value)
            return []
        }
        var names: [String] = []
        for item in list where !item.isUnknown {
            guard let name = item.string, StageReader.isVariableName(name) else {
                findings.add(
                    at: item.location, "'env' of \(place) needs names of environment variables",
                    facts: [.init("found", item.summary)],
                    hint: "their values come from the environment: 'env: [CUDA_VISIBLE_DEVICES]'")
                continue
            }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    private static func isVariableName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(48...57).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122, 95: true
            default: false
            }
        }
    }
}
