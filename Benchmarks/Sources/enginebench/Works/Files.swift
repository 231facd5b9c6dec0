/// Projects of much data.
enum Files {
    /// A folder of `count` files of 4 KiB in folders of a hundred; `data/raw` when a stage reads it.
    static func make(_ count: Int, in folder: String) -> String {
        """
        python3 - <<'PYTHON'
        import os, random
        make = random.Random(1)
        for index in range(\(count)):
            name = f"\(folder)/{index // 100:03d}"
            os.makedirs(name, exist_ok=True)
            with open(f"{name}/{index:05d}.bin", "wb") as file:
                file.write(make.randbytes(4096))
        PYTHON
        """
    }

    /// A stage that depends on the folder.
    static func asDep(_ count: Int) -> Generated {
        Generated(
            pipeline: """
                stages:
                  count:
                    cmd: ls raw > names.txt
                    deps: [raw]
                    outs: [names.txt]

                """, data: make(count, in: "raw"))
    }

    /// A stage that makes a copy of the folder, which lies outside the project.
    static func asOut(_ count: Int, from source: String) -> Generated {
        Generated(
            pipeline: """
                stages:
                  copy:
                    cmd: cp -r \(source) made
                    outs: [made]

                """, data: "[ -e \(source) ] || { \(make(count, in: source))\n}")
    }

    /// A stage that depends on one large file.
    static func large(mebibytes: Int) -> Generated {
        Generated(
            pipeline: """
                stages:
                  look:
                    cmd: head -c 16 large.bin > head.bin
                    deps: [large.bin]
                    outs: [head.bin]

                """, data: "head -c \(mebibytes)M /dev/urandom > large.bin")
    }
}
