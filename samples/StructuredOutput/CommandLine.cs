using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lamina;
using Lamina.Constraints;
using Samples;

namespace StructuredOutput;

/// <summary>The options, and what they mean.</summary>
internal sealed class CommandLine
{
    private readonly ModelOptions _options = new(maxTokens: 256, temperature: 0);

    private readonly Option<string?> _schema = new("--schema") { Description = "JSON by this JSON Schema.", HelpName = "file" };

    private readonly Option<string?> _regex = new("--regex") { Description = "A text that this regular expression matches.", HelpName = "pattern" };

    private readonly Option<string?> _grammar = new("--grammar") { Description = "A text by this grammar, in llama.cpp's form (GBNF).", HelpName = "file" };

    private readonly Option<string?> _choice = new("--choice")
    {
        Description = "One of these, with the probability of each.",
        HelpName = "a,b,c",
    };

    private readonly Option<string?> _prompt = new("--prompt", "-p") { Description = "The text that is asked about.", HelpName = "text" };

    private readonly Option<string?> _input = new("--input", "-i")
    {
        Description = "A file with a text in each line; \"-\" is standard input.",
        HelpName = "file",
    };

    private readonly Option<string?> _instruction = new("--instruction")
    {
        Description = "What the model is asked to do with each text; it reads this before the text. [default: what fits the form]",
        HelpName = "text",
    };

    public CommandLine()
    {
        Option[] forms = [_schema, _regex, _grammar, _choice];
        foreach (var option in (Option[])[.. forms, _prompt, _input, _options.Model])
        {
            TextOption.RefuseEmpty(option);
        }

        Root = new RootCommand("Answers of a form: JSON by a schema, a text by an expression or a grammar, one of some choices, or, "
            + "without any of these, orders as a type of C#. One line of JSON for each text goes to standard output, null where "
            + "there is no whole answer.")
        {
            _schema,
            _regex,
            _grammar,
            _choice,
            _prompt,
            _input,
            _instruction,
            _options.Model,
            _options.MaxTokens,
            _options.Temperature,
            _options.Seed,
            _options.ContextSize,
            _options.Threads,
        };
        Root.Validators.Add(result =>
        {
            var asked = forms.Where(form => result.GetResult(form) is { Implicit: false }).Select(form => form.Name).ToArray();
            if (asked.Length > 1)
            {
                result.AddError($"There is one form of answers, not {string.Join(" and ", asked)}.");
            }

            var hasText = result.GetValue(_prompt) is not null || result.GetValue(_input) is not null;
            if (asked.Length == 1 && !hasText)
            {
                result.AddError($"There is no text for {asked[0]}: give one with --prompt, or a file of them with --input.");
            }

            if (result.GetValue(_prompt) is not null && result.GetValue(_input) is not null)
            {
                result.AddError("The text is given with --prompt or with --input, not with both.");
            }
        });
    }

    public RootCommand Root { get; }

    public Arguments Read(ParseResult result)
    {
        var form = ReadForm(result);
        return new(
            ModelOptions.Read(result, _options.Model),
            form,
            result.GetValue(_instruction) ?? form.Instruction,
            result.GetValue(_prompt) is { } text ? [text] : Texts.Orders,
            result.GetValue(_input),
            _options.ReadEngine(result, maxSequences: 4),
            _options.ReadGeneration(result));
    }

    private IForm ReadForm(ParseResult result)
    {
        if (result.GetValue(_schema) is { } schema)
        {
            var json = File.ReadAllText(schema);
            return new ConstraintForm(Compile(_schema, schema, () => Constraint.JsonSchema(json)), isJson: true, InstructionFor(json));
        }

        return result.GetValue(_regex) is { } regex ? new ConstraintForm(Compile(_regex, regex, () => Constraint.Regex(regex)), isJson: false, "")
            : result.GetValue(_grammar) is { } grammar
                ? new ConstraintForm(Compile(_grammar, grammar, () => Constraint.Grammar(File.ReadAllText(grammar))), isJson: false, "")
            : result.GetValue(_choice) is { } choices ? new ChoiceForm(Split(choices))
            : new OrderForm();
    }

    /// <summary>The model sees no schema, so it is told the names of what is wanted.</summary>
    private static string InstructionFor(string schema)
    {
        var names = JsonNode.Parse(schema) is JsonObject root && root["properties"] is JsonObject members
            ? members.Select(member => member.Key).ToArray()
            : [];
        return names.Length switch
        {
            0 => "Answer as JSON:",
            1 => $"Extract {names[0]} as JSON:",
            _ => $"Extract {string.Join(", ", names[..^1])} and {names[^1]} as JSON:",
        };
    }

    private static string[] Split(string choices)
    {
        var texts = choices.Split(',', StringSplitOptions.TrimEntries);
        return texts.Length > 1 && !texts.Contains("", StringComparer.Ordinal) && texts.Distinct(StringComparer.Ordinal).Count() == texts.Length
            ? texts
            : throw new UsageException($"Option '--choice' was '{choices}'; it must be two texts or more with commas between, all different.");
    }

    private static Constraint Compile(Option option, string value, Func<Constraint> compile)
    {
        try
        {
            return compile();
        }
        catch (Exception e) when (e is JsonException or LaminaException or ArgumentException)
        {
            throw new UsageException($"Option '{option.Name}' was '{value}', which cannot be used: {e.Message.Split(" (Parameter '")[0]}");
        }
    }
}
