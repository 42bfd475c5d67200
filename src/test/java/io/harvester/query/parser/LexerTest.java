// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.harvester.query.promql.Position;
import io.harvester.query.promql.PromqlException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LexerTest {
  private static List<Token> tokens(String query) throws PromqlException {
    Lexer lexer = new Lexer(query.getBytes(StandardCharsets.UTF_8));
    List<Token> tokens = new ArrayList<>();
    Token token = lexer.next();
    while (token.kind() != Kind.END_OF_INPUT) {
      tokens.add(token);
      token = lexer.next();
    }
    assertEquals(Kind.END_OF_INPUT, lexer.next().kind());
    return tokens;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "a:b foo_1 :x; METRIC_IDENTIFIER IDENTIFIER METRIC_IDENTIFIER",
        "SUM Sum sum summ; SUM SUM SUM IDENTIFIER",
        "{sum, by}; LEFT_BRACE IDENTIFIER COMMA IDENTIFIER RIGHT_BRACE",
        "{a=~'b',c!~`d`}; LEFT_BRACE IDENTIFIER EQUAL_REGEX STRING COMMA IDENTIFIER NOT_EQUAL_REGEX"
            + " STRING RIGHT_BRACE",
        "1 1m 1.5 .5 0x1f Inf NaN 1e-3 1h30m; NUMBER DURATION NUMBER NUMBER NUMBER NUMBER NUMBER"
            + " NUMBER DURATION",
        "== != <= < >= > =; EQL NEQ LTE LSS GTE GTR EQUAL",
        "+-*/%^@; ADD SUB MUL DIV MOD POW AT",
        "[5m:1m]; LEFT_BRACKET DURATION COLON DURATION RIGHT_BRACKET",
        "[ (5m + 1) : ]; LEFT_BRACKET LEFT_PAREN DURATION ADD NUMBER RIGHT_PAREN COLON"
            + " RIGHT_BRACKET",
        "and or unless atan2 bool on; AND OR UNLESS ATAN2 BOOL ON",
        "start end offset; START END OFFSET",
      })
  void a_text_is_cut_into_tokens(String query, String kinds) throws Exception {
    assertEquals(
        List.of(kinds.split(" ")),
        tokens(query).stream().map(token -> token.kind().name()).toList());
  }

  @Test
  void spaces_and_comments_separate_tokens() throws Exception {
    assertEquals(
        List.of("up", "{", "a", "=", "'#'", "}", "+", "1"),
        tokens("\tup { # one }\r\n a = '#' } # two\n+#three\n1").stream()
            .map(Token::text)
            .toList());
  }

  @Test
  void a_place_is_counted_in_bytes_of_utf_8() throws Exception {
    assertEquals(
        List.of(new Position(0, 6), new Position(7, 9)),
        tokens("'\uD83D\uDE00' up").stream().map(Token::position).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '|',
      value = {
        "up $; 1:4: parse error: unexpected character: '$'",
        "up \u00e9; 1:4: parse error: unexpected character: '\u00e9'",
        "(; 1:2: parse error: unclosed left parenthesis",
        "); 1:2: parse error: unexpected right parenthesis ')'",
        "[1; 1:3: parse error: unclosed left bracket",
        "[1[; 1:3: parse error: unexpected left bracket '['",
        "]; 1:1: parse error: unexpected right bracket ']'",
        "[a]; 1:2: parse error: unexpected character in duration expression: 'a'",
        "[1:2:; 1:5: parse error: unexpected colon ':'",
        "{; 1:2: parse error: unexpected end of input inside braces",
        "{{; 1:2: parse error: unexpected left brace '{'",
        "{a!b}; 1:3: parse error: unexpected character after '!' inside braces: 'b'",
        "!; 1:1: parse error: unexpected character after '!': '\uFFFD'",
        "=~; 1:1: parse error: unexpected character after '=': '~'",
        "\"a; 1:1: parse error: unterminated quoted string",
        "`a; 1:1: parse error: unterminated raw string",
        "'\\q'; 1:1: parse error: unknown escape sequence U+0071 'q'",
        "'\\x0g'; 1:1: parse error: illegal character U+0067 'g' in escape sequence",
        "'\\400'; 1:1: parse error: escape sequence is an invalid Unicode code point",
        "'\\U00110000'; 1:1: parse error: escape sequence is an invalid Unicode code point",
        "'\\x; 1:1: parse error: escape sequence not terminated",
        "'\uFFFD'; 1:1: parse error: invalid UTF-8 rune",
        "1x; 1:1: parse error: bad number or duration syntax: \"1\"",
        "1mx; 1:1: parse error: bad number or duration syntax: \"1mx\"",
        "0x1.8; 1:1: parse error: bad number or duration syntax: \"0x1.\"",
        "1__0; 1:1: parse error: bad number or duration syntax: \"1__\"",
      })
  void a_text_that_is_no_token_is_an_error_at_its_place(String query, String message) {
    assertEquals(
        message, assertThrows(PromqlException.class, () -> tokens(query)).getMessage(), query);
  }
}
