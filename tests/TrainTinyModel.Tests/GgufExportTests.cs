using Lamina.Gguf;
using Lamina.LlamaCpp;
using Lamina.Runtime;
using TinyCorpus;
using TorchSharp;
using TrainTinyModel.Network;

namespace TrainTinyModel.Tests;

/// <summary>The file that is written, in llama.cpp, against the network that it was written from.</summary>
internal sealed class GgufExportTests
{
    private const int Length = 200;

    private readonly TemporaryFolder _folder = new();
    private LlamaNetwork _network = null!;
    private ILanguageModel _model = null!;

    [OneTimeSetUp]
    public async Task TrainAndWrite()
    {
        _network = Laboratory.CreateNetwork();
        Laboratory.CreateTrainer(_network, _folder.File("checkpoint")).Run(_ => { }, default);
        GgufExport.Write(_folder.File("model.gguf"), "Test", _network, Laboratory.Vocabulary, TensorType.F32);
        _model = await new LlamaCppRuntime().LoadAsync(_folder.File("model.gguf"));
    }

    [OneTimeTearDown]
    public void Free()
    {
        _model.Dispose();
        _network.Dispose();
        _folder.Dispose();
    }

    [Test]
    public void Logits_InLlamaCpp_AreThoseOfTheNetwork()
    {
        var tokens = Tokens();
        var expected = NetworkLogits(tokens);
        var found = NativeLogits(tokens);
        var error = expected.Zip(found, (a, b) => (double)(a - b) * (a - b)).Sum();
        var power = expected.Sum(a => (double)a * a);
        Assert.That(error / power, Is.LessThan(1e-5).And.GreaterThanOrEqualTo(0));
    }

    [Test]
    public void Tokens_InLlamaCpp_AreThoseOfTheVocabulary()
    {
        var random = new Random(8);
        using (Assert.EnterMultipleScope())
        {
            foreach (var text in Enumerable.Range(0, 200).SelectMany(_ => Corpus.Next(random).Pieces).Where(piece => !piece.IsControl).Select(piece => piece.Text).Append("It's 3 o'clock:\n\n  größer\t€ 12.5%"))
            {
                var expected = new List<int>();
                Laboratory.Vocabulary.Encode(text, expected);
                Assert.That(_model.Tokenizer.Encode(text), Is.EqualTo(expected), text);
            }
        }
    }

    [Test]
    public void File_Written_IsOneThatTheValidatorTakes() =>
        Assert.That(() => GgufValidator.Validate(GgufFile.Read(_folder.File("model.gguf"))), Throws.Nothing);

    [Test]
    public void Write_F16_RoundsEachWeight()
    {
        var path = _folder.File("half.gguf");
        GgufExport.Write(path, "Test", _network, Laboratory.Vocabulary, TensorType.F16);
        var file = GgufFile.Read(path);
        var saved = file.Tensors.First(tensor => tensor.Name is "blk.1.ffn_down.weight");
        var halves = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, Half>(
            File.ReadAllBytes(path).AsSpan((int)(file.DataOffset + saved.Offset), (int)saved.Size)).ToArray();
        var weights = _network.Parameters[saved.Name].data<float>().ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(weights.Distinct().Count(), Is.GreaterThan(1000));
            Assert.That(halves, Is.EqualTo(weights.Select(weight => (Half)weight)));
            Assert.That(file.Metadata.GetString("tokenizer.chat_template"), Is.EqualTo(Corpus.ChatTemplate));
        }
    }

    private static int[] Tokens()
    {
        var random = new Random(9);
        var tokens = new List<int>();
        while (tokens.Count < Length)
        {
            foreach (var piece in Corpus.Next(random).Pieces)
            {
                if (piece.IsControl)
                {
                    tokens.Add(Laboratory.Vocabulary.Id(piece.Text));
                }
                else
                {
                    Laboratory.Vocabulary.Encode(piece.Text, tokens);
                }
            }
        }

        return [.. tokens.Take(Length)];
    }

    private float[] NetworkLogits(int[] tokens)
    {
        using var noGradients = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var input = torch.tensor(tokens.Select(token => (long)token).ToArray(), [1, tokens.Length]);
        return _network.Logits(_network.Forward(input)).data<float>().ToArray();
    }

    private List<float> NativeLogits(int[] tokens)
    {
        using var decoder = _model.CreateDecoder(new()
        {
            ContextSize = Length,
            SequenceCount = 1,
            CellCount = Length,
            BatchSize = Length,
            MicroBatchSize = Length,
            OutputLimit = Length,
            Threads = 2,
            BatchThreads = 2,
        });
        var batch = new DecodeBatch(Length);
        for (var i = 0; i < tokens.Length; i++)
        {
            batch.Add(tokens[i], i, 0, output: true);
        }

        Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.Success));
        var logits = new List<float>();
        for (var i = 0; i < tokens.Length; i++)
        {
            logits.AddRange(decoder.GetLogits(i));
        }

        return logits;
    }
}
