using System.Text.Json;
using Lamina.LlamaCpp.Interop;
using Lamina.LlamaCpp.Tests.Backend;

namespace Lamina.LlamaCpp.Tests.Samples;

/// <summary>samples/Devices, used as a person or a script uses it: in a process that loads libraries of its own.</summary>
[CancelAfter(60_000)]
public sealed class DevicesSampleTests
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder()
    {
        NativeLibraries.Load(null);
        _folder = Directory.CreateTempSubdirectory("lamina-native").FullName;
    }

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Help_Asked_NamesEveryOption(CancellationToken cancellationToken)
    {
        var result = await SampleProcess.RunAsync("Devices", ["--help"], cancellationToken: cancellationToken);
        Assert.That(result.ExitCode, Is.Zero);
        Assert.That(result.Output, Does.Contain("--json").And.Contain("--help"));
    }

    [TestCase("'--frobnicate'", "--frobnicate")]
    [TestCase("'extra'", "extra")]
    public async Task Usage_Wrong_IsOneLineAndExitCode2(string expected, params string[] arguments) =>
        (await SampleProcess.RunAsync("Devices", arguments)).AssertOneLine(2, expected);

    [Test]
    public async Task NoOptions_PrintsATableWithTheCpu(CancellationToken cancellationToken)
    {
        var result = await SampleProcess.RunAsync("Devices", [], cancellationToken: cancellationToken);

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        var lines = result.Output.Split('\n');
        Assert.That(lines[0], Does.StartWith("device").And.Contain("backend").And.Contain("memory"));
        Assert.That(lines[1], Does.Match(@"^CPU +CPU +CPU +[\d.,]+ GB +"));
        Assert.That(result.Output, Does.Contain("lamina-tiny.gguf, where nothing is asked for:").And.Match("weights 7 MB, KV cache 8 MB for 1024 tokens"));
    }

    [Test]
    public async Task Json_Asked_PrintsOneObject(CancellationToken cancellationToken)
    {
        var cpu = (await InventoryAsync(null, cancellationToken)).GetProperty("devices").EnumerateArray()
            .Single(device => device.GetProperty("kind").ValueEquals("cpu"));

        Assert.That(cpu.GetProperty("name").GetString(), Is.EqualTo("CPU"));
        Assert.That(cpu.GetProperty("memoryBytes").GetInt64(), Is.EqualTo(NativeDevices.List()[0].MemoryBytes));
    }

    [Test]
    public async Task Json_CpuAlone_SaysThatItComputes(CancellationToken cancellationToken)
    {
        CopyLibraries();
        var result = await SampleProcess.RunAsync(
            "Devices", ["--json", "--model", TinyModel.Path], nativePath: _folder, cancellationToken: cancellationToken);
        var auto = JsonDocument.Parse(result.Output).RootElement.GetProperty("auto");

        Assert.That(auto.GetProperty("offload").GetProperty("devices").GetArrayLength(), Is.Zero);
        Assert.That(auto.GetProperty("contextSize").GetInt32(), Is.EqualTo(1024));
        Assert.That(auto.GetProperty("estimate").GetProperty("weightBytes").GetInt64(), Is.EqualTo(7_349_248));
        Assert.That(auto.GetProperty("reasons")[0].GetString(), Does.StartWith("No GPU can be used"));
    }

    [Test]
    public async Task Model_ThatIsNotThere_IsOneLine() =>
        (await SampleProcess.RunAsync("Devices", ["--model", "nowhere.gguf"])).AssertOneLine(1, "nowhere.gguf");

    [Test]
    public async Task GetDevices_FileThatIsNoLibrary_IsNamedWithTheLoadersReason(CancellationToken cancellationToken)
    {
        CopyLibraries();
        var file = Path.Combine(_folder, OperatingSystem.IsWindows() ? "ggml-xyz.dll" : "libggml-xyz.so");
        await File.WriteAllTextAsync(file, "This is no library, though its name says so.".PadRight(100), cancellationToken);

        var unusable = await UnusableAsync(cancellationToken);

        Assert.That(unusable.GetProperty("name").GetString(), Is.EqualTo("xyz"));
        Assert.That(unusable.GetProperty("file").GetString(), Is.EqualTo(file));
        Assert.That(unusable.GetProperty("reason").GetString(), OperatingSystem.IsLinux() ? Is.EqualTo("invalid ELF header") : Is.Not.Empty);
    }

    /// <summary>A library of ours as it is where a library that it needs is missing.</summary>
    [Test]
    [Platform("Linux", Reason = "The loader's words are those of Linux.")]
    public async Task GetDevices_LibraryThatLacksAnother_SaysWhichOne(CancellationToken cancellationToken)
    {
        var vulkan = Path.Combine(LaidOut.By("Lamina.Backend.Vulkan"), "linux-x64", "native", "libggml-vulkan.v0.4.0.so");
        if (!File.Exists(vulkan))
        {
            Assert.Ignore("LAMINA_NATIVE_PATH is set: the build takes no libraries from npm.");
        }

        CopyLibraries();
        var bytes = await File.ReadAllBytesAsync(vulkan, cancellationToken);
        "libmissin"u8.CopyTo(bytes.AsSpan(bytes.AsSpan().IndexOf("libvulkan.so.1\0"u8)));
        await File.WriteAllBytesAsync(Path.Combine(_folder, "libggml-vulkan.so"), bytes, cancellationToken);

        var reason = (await UnusableAsync(cancellationToken)).GetProperty("reason").GetString();

        Assert.That(reason, Is.EqualTo("libmissin.so.1: cannot open shared object file: No such file or directory"));
    }

    /// <summary>CUDA's library is large, so it is looked at where it is: in LAMINA_TEST_CUDA, or where the package was built.</summary>
    [Test]
    [Platform("Linux", Reason = "The loader's words are those of Linux.")]
    public async Task GetDevices_Cuda_IsThereOrSaysWhatItLacks(CancellationToken cancellationToken)
    {
        var folder = Environment.GetEnvironmentVariable("LAMINA_TEST_CUDA")
            ?? Path.Combine(LaidOut.By("Lamina.Backend.Cuda13.Linux"), "linux-x64", "native");
        var cuda = Directory.Exists(folder) ? NativeFile.In(folder).FirstOrDefault(file => file.Backend is "cuda") : null;
        if (cuda is null)
        {
            Assert.Ignore("There is no CUDA library here. Set LAMINA_TEST_CUDA to a folder with one.");
        }

        CopyLibraries();
        File.CreateSymbolicLink(Path.Combine(_folder, Path.GetFileName(cuda!.Path)), cuda.Path);
        var inventory = await InventoryAsync(_folder, cancellationToken);

        var devices = inventory.GetProperty("devices").EnumerateArray().Count(device => device.GetProperty("backend").ValueEquals("CUDA"));
        var reasons = inventory.GetProperty("unusable").EnumerateArray().Select(backend => backend.GetProperty("reason").GetString());
        Assert.That(reasons, devices > 0 ? Is.Empty : Has.One.Match(@"^libcu[a-z]+\.so\.\d+: cannot open|found no device"));
    }

    private static async Task<JsonElement> InventoryAsync(string? nativePath, CancellationToken cancellationToken)
    {
        var result = await SampleProcess.RunAsync("Devices", ["--json"], nativePath: nativePath, cancellationToken: cancellationToken);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        return JsonDocument.Parse(result.Output).RootElement.GetProperty("inventory");
    }

    private async Task<JsonElement> UnusableAsync(CancellationToken cancellationToken)
    {
        var inventory = await InventoryAsync(_folder, cancellationToken);
        Assert.That(inventory.GetProperty("devices").EnumerateArray().Select(device => device.GetProperty("name").GetString()), Is.EqualTo(new[] { "CPU" }));
        return inventory.GetProperty("unusable").EnumerateArray().Single();
    }

    private void CopyLibraries()
    {
        foreach (var file in Directory.GetFiles(NativeLibraries.Folder))
        {
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        }
    }
}
