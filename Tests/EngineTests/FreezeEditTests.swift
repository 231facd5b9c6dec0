import Engine
import Pipelines
import Testing

struct FreezeEditTests {
    private static func edit(_ text: String, frozen: Bool) throws -> String? {
        let pipeline = try PipelineReader(knownModules: []) { _ in nil }.read(text)
        let stage = try #require(pipeline.stage(named: "b"))
        return FreezeEdit.text(text, stageAt: stage.location, frozen: frozen)
    }

    /// Texts of one definition, not frozen and frozen.
    private static let pairs: [(plain: String, frozen: String)] = [
        (
            """
            # top
            stages:
              a:
                cmd: x
              b:  # why
                # first
                cmd: y   # second

                outs:
                - o
              c: {cmd: z}

            """,
            """
            # top
            stages:
              a:
                cmd: x
              b:  # why
                frozen: true
                # first
                cmd: y   # second

                outs:
                - o
              c: {cmd: z}

            """
        ),
        (
            "stages:\n    b:\n        cmd: |\n            frozen: no\n            x\n",
            "stages:\n    b:\n        frozen: true\n        cmd: |\n            frozen: no\n            x\n"
        ),
        ("stages:\n  b: {cmd: y}", "stages:\n  b: {frozen: true, cmd: y}"),
        (
            "stages:\r\n  b:\r\n    cmd: y\r\n",
            "stages:\r\n  b:\r\n    frozen: true\r\n    cmd: y\r\n"
        ),
    ]

    @Test(arguments: pairs)
    func oneLineComesAndGoes(plain: String, frozen: String) throws {
        #expect(try FreezeEditTests.edit(plain, frozen: true) == frozen)
        #expect(try FreezeEditTests.edit(frozen, frozen: false) == plain)
        #expect(try FreezeEditTests.edit(plain, frozen: false) == plain)
        #expect(
            try PipelineReader(knownModules: []) { _ in nil }.read(frozen).stage(named: "b")?.frozen
                == true)
    }

    @Test func aLineThatIsThereIsChangedInItsPlace() throws {
        let text = "stages:\n  b:\n    cmd: y\n    frozen: false  # for now\n"
        #expect(
            try FreezeEditTests.edit(text, frozen: true)
                == "stages:\n  b:\n    cmd: y\n    frozen: true # for now\n")
        #expect(
            try FreezeEditTests.edit("stages:\n  b: {cmd: y, frozen: true}\n", frozen: false)
                == "stages:\n  b: {cmd: y}\n")
    }
}
