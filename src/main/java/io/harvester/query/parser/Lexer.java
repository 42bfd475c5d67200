// SPDX-License-Identifier: Apache-2.0
package io.harvester.query.parser;

import io.harvester.query.promql.PromqlException;
import io.harvester.query.text.GoText;
import java.util.Optional;

/** Cuts the text of a query into tokens. */
final class Lexer {
  private final Characters in;
  private int parens;
  private boolean brace;
  private boolean bracket;
  private boolean colon;
  private boolean duration;

  /** Whether a bracket is open and no number has followed yet. */
  private boolean range;

  Lexer(byte[] query) {
    this.in = new Characters(query);
  }

  /** The next token; after the last one, always the end. */
  Token next() throws PromqlException {
    while (true) {
      in.begin();
      if (range) {
        return inRange();
      }
      int c = in.next();
      if (Characters.isSpace(c)) {
        continue;
      }
      if (c == '#') {
        in.skipLine();
        continue;
      }
      return brace ? inBraces(c) : inStatement(c);
    }
  }

  private Token token(Kind kind) {
    return new Token(kind, in.text(), in.position());
  }

  private Token inStatement(int c) throws PromqlException {
    if (Characters.isDigit(c) || (c == '.' && Characters.isDigit(in.peek()))) {
      return number();
    }
    if (Characters.isLetter(c) || c == ':') {
      return bracket ? colonInBrackets(c) : word();
    }
    return switch (c) {
      case Characters.EOF -> end();
      case ',' -> token(Kind.COMMA);
      case '@' -> token(Kind.AT);
      case '=', '!', '<', '>' -> comparison(c);
      case '"', '\'', '`' -> string(c);
      case '(', ')' -> paren(c);
      case '{' -> leftBrace();
      case '[' -> leftBracket();
      case ']' -> rightBracket();
      default ->
          arithmetic(c).orElseThrow(() -> in.error("unexpected character: " + GoText.quote(c)));
    };
  }

  private Token end() throws PromqlException {
    if (parens != 0) {
      throw in.error("unclosed left parenthesis");
    }
    if (bracket) {
      throw in.error("unclosed left bracket");
    }
    return token(Kind.END_OF_INPUT);
  }

  private Optional<Token> arithmetic(int c) {
    return switch (c) {
      case '+' -> Optional.of(token(Kind.ADD));
      case '-' -> Optional.of(token(Kind.SUB));
      case '*' -> Optional.of(token(Kind.MUL));
      case '/' -> Optional.of(token(Kind.DIV));
      case '%' -> Optional.of(token(Kind.MOD));
      case '^' -> Optional.of(token(Kind.POW));
      default -> Optional.empty();
    };
  }

  private Token comparison(int c) throws PromqlException {
    if (in.accept('=')) {
      return token(
          switch (c) {
            case '=' -> Kind.EQL;
            case '!' -> Kind.NEQ;
            case '<' -> Kind.LTE;
            default -> Kind.GTE;
          });
    }
    if (c == '!' || (c == '=' && in.peek() == '~')) {
      String signs = "unexpected character after '" + (char) c + "': ";
      throw in.error(signs + GoText.quote(in.peekShown()));
    }
    return token(c == '=' ? Kind.EQUAL : c == '<' ? Kind.LSS : Kind.GTR);
  }

  private Token paren(int c) throws PromqlException {
    Token token = token(c == '(' ? Kind.LEFT_PAREN : Kind.RIGHT_PAREN);
    parens += c == '(' ? 1 : -1;
    if (parens < 0) {
      in.begin();
      throw in.error("unexpected right parenthesis ')'");
    }
    return token;
  }

  private Token leftBrace() {
    brace = true;
    return token(Kind.LEFT_BRACE);
  }

  private Token leftBracket() throws PromqlException {
    if (bracket) {
      throw in.error("unexpected left bracket '['");
    }
    colon = false;
    bracket = true;
    range = true;
    return token(Kind.LEFT_BRACKET);
  }

  private Token rightBracket() throws PromqlException {
    if (!bracket) {
      throw in.error("unexpected right bracket ']'");
    }
    bracket = false;
    return token(Kind.RIGHT_BRACKET);
  }

  /** After the first number in brackets, Prometheus takes any letter for the colon. */
  private Token colonInBrackets(int c) throws PromqlException {
    if (colon) {
      throw in.error("unexpected colon " + GoText.quote(c));
    }
    colon = true;
    return token(Kind.COLON);
  }

  /** Between the left bracket and the first number after it, where no words are allowed. */
  private Token inRange() throws PromqlException {
    in.skipSpaces();
    int c = in.next();
    if (Characters.isDigit(c) || (c == '.' && Characters.isDigit(in.peek()))) {
      duration = true;
      range = false;
      return number();
    }
    return switch (c) {
      case Characters.EOF -> throw in.error("unexpected end of input in duration expression");
      case '(', ')' -> paren(c);
      case ':' -> colonInRange();
      case ']' -> {
        bracket = false;
        colon = false;
        range = false;
        yield token(Kind.RIGHT_BRACKET);
      }
      default ->
          arithmetic(c)
              .orElseThrow(
                  () ->
                      in.error("unexpected character in duration expression: " + GoText.quote(c)));
    };
  }

  private Token colonInRange() throws PromqlException {
    Token token = token(Kind.COLON);
    in.begin();
    if (!duration) {
      throw in.error("unexpected colon before duration in duration expression");
    }
    if (colon) {
      throw in.error("unexpected repeated colon in duration expression");
    }
    colon = true;
    return token;
  }

  private Token inBraces(int c) throws PromqlException {
    if (Characters.isLetter(c)) {
      in.skipWord(false);
      return token(Kind.IDENTIFIER);
    }
    return switch (c) {
      case Characters.EOF -> throw in.error("unexpected end of input inside braces");
      case ',' -> token(Kind.COMMA);
      case '"', '\'', '`' -> string(c);
      case '=' -> token(in.accept('~') ? Kind.EQUAL_REGEX : Kind.EQUAL);
      case '!' -> notInBraces();
      case '{' -> throw in.error("unexpected left brace '{'");
      case '}' -> {
        brace = false;
        yield token(Kind.RIGHT_BRACE);
      }
      default -> throw in.error("unexpected character inside braces: " + GoText.quote(c));
    };
  }

  private Token notInBraces() throws PromqlException {
    if (in.accept('~')) {
      return token(Kind.NOT_EQUAL_REGEX);
    }
    if (in.accept('=')) {
      return token(Kind.NEQ);
    }
    String problem = "unexpected character after '!' inside braces: ";
    throw in.error(problem + GoText.quote(in.peekShown()));
  }

  private Token word() {
    in.skipWord(true);
    String word = in.text();
    Kind plain = word.indexOf(':') < 0 ? Kind.IDENTIFIER : Kind.METRIC_IDENTIFIER;
    return token(Kind.ofWord(word).orElse(plain));
  }

  private Token string(int quote) throws PromqlException {
    StringScanner.scan(in, quote);
    return token(Kind.STRING);
  }

  private Token number() throws PromqlException {
    in.back();
    if (NumberScanner.scanNumber(in)) {
      return token(Kind.NUMBER);
    }
    if (NumberScanner.scanRestOfDuration(in)) {
      return token(Kind.DURATION);
    }
    throw in.error("bad number or duration syntax: " + GoText.quote(in.text()));
  }
}
