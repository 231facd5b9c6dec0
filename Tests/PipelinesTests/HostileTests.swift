import TestSupport
import Testing

@testable import Pipelines

/// Small files that stand for huge definitions.
private enum Bomb: String, CaseIterable {
    case aLongTextManyTimes, aLongBodyForEveryValue, aLongListForEveryValue

    var text: String {
        let numbers = "n: [\((0..<9999).map(String.init).joined(separator: ","))]"
        let long = String(repeating: "x", count: 500)
        let paths = "p: [\((0..<999).map { "\(long)\($0)" }.joined(separator: ","))]"
        switch self {
        case .aLongTextManyTimes:
            let text = String(repeating: long, count: 1000)
            return "vars: [{a: \(text)}]\nstages: {s: {cmd: '"
                + String(repeating: "${a}", count: 1000) + "'}}"
        case .aLongBodyForEveryValue:
            return "vars: [{\(numbers)}]\nstages: {s: {foreach: '${n}', do: {cmd: x, de\(paths)}}}"
        case .aLongListForEveryValue:
            return "vars: [{\(numbers), \(paths)}]\n"
                + "stages: {s: {foreach: '${n}', do: {cmd: x, deps: '${p}'}}}"
        }
    }
}

@Test(arguments: Bomb.allCases)
private func templatesCannotMakeADefinitionHuge(bomb: Bomb) {
    var reader = PipelineReader(knownModules: nil) { _ in nil }
    reader.expansionLimit = 1_000_000
    do {
        _ = try reader.read(bomb.text.replacing("dep: [", with: "deps: ["))
        Issue.record("nothing thrown")
    } catch {
        let message = (error as? DefinitionError)?.diagnostics.first?.message
        #expect(message == "templates make the definition too large")
    }
}

@Test func manyWrongNamesBesideManyParametersTakeLittleTime() {
    let params = (0..<60_000).map { "parameter\($0): 1\n" }.joined()
    let names = (0..<1000).map { "${paramter\($0)x}" }.joined(separator: " ")
    let definition = Definition("stages: {s: {cmd: \"\(names)\"}}", params: params)
    let seconds = processorTime {
        #expect(definition.complaint().contains("'paramter0x' is not defined"))
    }
    #expect(seconds < 60)
}

@Test func manyGroupsOfManyStagesAreCountedTogether() throws {
    var reader = PipelineReader(knownModules: nil) { _ in nil }
    reader.stageLimit = 8
    let group = "{foreach: [1, 2, 3], do: {cmd: x}}"
    let text = "stages:\n  a: {cmd: x}\n  b: \(group)\n  c: \(group)\n"
    #expect(try reader.read(text).stages.count == 7)
    do {
        _ = try reader.read(text + "  d: \(group)\n")
        Issue.record("nothing thrown")
    } catch let error as DefinitionError {
        #expect(error.diagnostics.map(\.message) == ["there are too many stages"])
        #expect(error.diagnostics.first?.location?.line == 5)
    }
}

@Test func aWholeProjectHasACapToo() throws {
    let reader = ProjectReader(knownModules: nil) { _ in
        ""
    } list: { folder in
        folder.isEmpty
            ? (0..<1500).map { .init(name: "d\($0)", isFolder: true) }
            : [.init(name: "pipeline.yml", isFolder: false)]
    }
    do {
        _ = try reader.read()
        Issue.record("nothing thrown")
    } catch {
        #expect("\(error)".contains("the project has too many files 'pipeline.yml'"))
    }
}
